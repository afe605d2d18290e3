"""Wrong window batches, each named for its mistake."""

import itertools

import numpy as np

from spec_tests.oracles import windows as right
from spec_tests.rivals.laws import into_buffers
from touchstone.rivals import patch, patched, rival


class _Both:
    """The two functions of a wrong component."""

    def __init_subclass__(cls):
        cls.batches, cls.endless_batches = (
            cls._Wrong().batches,
            cls._Wrong().endless_batches,
        )


@rival
class windows_too_long(_Both):
    """windows one step too long"""

    class _Wrong(right.Windows):
        def windows(self, steps, *, window_length, **sizes):
            return super().windows(steps, window_length=window_length + 1, **sizes)


@rival
class windows_too_short(_Both):
    """windows one step too short"""

    class _Wrong(right.Windows):
        def windows(self, steps, *, window_length, **sizes):
            return super().windows(steps, window_length=window_length - 1, **sizes)


@rival
class first_window_skipped(_Both):
    """windows that start one shift late"""

    class _Wrong(right.Windows):
        def windows(self, steps, **sizes):
            return itertools.islice(super().windows(steps, **sizes), 1, None)


@rival
class last_window_lost(_Both):
    """the last whole window left out"""

    class _Wrong(right.Windows):
        def windows(self, steps, **sizes):
            earlier = None
            for window in super().windows(steps, **sizes):
                if earlier is not None:
                    yield earlier
                earlier = window


@rival
class shift_ignored(_Both):
    """windows shifted by 1, whatever the shift"""

    class _Wrong(right.Windows):
        def windows(self, steps, *, shift, **sizes):
            return super().windows(steps, shift=1, **sizes)


@rival
class windows_do_not_overlap(_Both):
    """windows that do not overlap, whatever the shift"""

    class _Wrong(right.Windows):
        def windows(self, steps, *, window_length, shift, **sizes):
            sizes |= {"window_length": window_length, "shift": window_length}
            return super().windows(steps, **sizes)


@rival
class shift_cut_to_the_window(_Both):
    """a shift beyond the window cut to the window"""

    class _Wrong(right.Windows):
        def windows(self, steps, *, window_length, shift, **sizes):
            sizes |= {
                "window_length": window_length,
                "shift": min(shift, window_length),
            }
            return super().windows(steps, **sizes)


@rival
class remainder_padded(_Both):
    """the incomplete window at the end kept, filled up with zeros"""

    class _Wrong(right.Windows):
        def windows(self, steps, *, window_length, shift, **sizes):
            padded = itertools.chain(steps, [0] * (shift - 1))
            sizes |= {"window_length": window_length, "shift": shift}
            return super().windows(padded, **sizes)


@rival
class last_batch_dropped(_Both):
    """a last batch smaller than batch_size dropped"""

    class _Wrong(right.Windows):
        def batched(self, windows, *, batch_size, **sizes):
            for pair in super().batched(windows, batch_size=batch_size, **sizes):
                if len(pair[0]) == batch_size:
                    yield pair


@rival
class one_window_a_batch(_Both):
    """batches of one window, whatever batch_size"""

    class _Wrong(right.Windows):
        def batched(self, windows, *, batch_size, **sizes):
            return super().batched(windows, batch_size=1, **sizes)


@rival
class real_numbers(_Both):
    """ids as real numbers"""

    class _Wrong(right.Windows):
        def pair(self, windows):
            return super().pair(windows.astype(np.float32))


@rival
class targets_unshifted(_Both):
    """targets that are the inputs"""

    class _Wrong(right.Windows):
        def pair(self, windows):
            return windows[:, :-1], windows[:, :-1]


@rival
class inputs_shifted(_Both):
    """inputs that are the targets"""

    class _Wrong(right.Windows):
        def pair(self, windows):
            return windows[:, 1:], windows[:, 1:]


@rival
class inputs_and_targets_exchanged(_Both):
    """inputs and targets exchanged"""

    class _Wrong(right.Windows):
        def pair(self, windows):
            return windows[:, 1:], windows[:, :-1]


@rival
class targets_are_the_last_step(_Both):
    """one target a window, its last step"""

    class _Wrong(right.Windows):
        def pair(self, windows):
            return windows[:, :-1], windows[:, -1:]


@rival
class shuffle_ignored(_Both):
    """the order kept, whatever the buffer"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            return windows


@rival
class shuffled_as_a_whole:
    """a permutation of all windows, whatever the buffer"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            return super().shuffled(windows, 1_000_000, generator)

    batches = _Wrong().batches


@rival
class buffer_too_small(_Both):
    """a buffer one window too small"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            return super().shuffled(windows, max(1, shuffle_buffer - 1), generator)


@rival
class buffer_too_large(_Both):
    """a buffer one window too large"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            return super().shuffled(windows, shuffle_buffer + 1, generator)


@rival
class at_least_two_in_the_buffer(_Both):
    """a buffer of 1 taken for one of 2"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            return super().shuffled(windows, max(2, shuffle_buffer), generator)


@rival
class old_windows_preferred(_Both):
    """the windows that have waited longest drawn more often"""

    class _Wrong(right.Windows):
        def place(self, size, generator):
            return int(size * generator.random() ** 2)


@rival
class buffer_emptied_before_refilling(_Both):
    """a buffer shuffled and emptied before it is filled again"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            while buffer := list(itertools.islice(windows, shuffle_buffer)):
                yield from (
                    buffer[place] for place in generator.permutation(len(buffer))
                )


@rival
class drawn_with_replacement:
    """windows drawn from the buffer without taking them out"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            buffer = list(itertools.islice(windows, shuffle_buffer))
            rest = itertools.chain(windows, buffer)
            for window in rest:
                yield buffer[self.place(len(buffer), generator)]
                buffer = [*buffer[1:], window]

    batches = _Wrong().batches


@rival
class buffer_left_full:
    """the windows that are left in the buffer at the end lost"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            windows = list(windows)
            whole = super().shuffled(iter(windows), shuffle_buffer, generator)
            return itertools.islice(whole, max(1, len(windows) - shuffle_buffer + 1))

    batches = _Wrong().batches


@rival
class batches_shuffled(_Both):
    """batches shuffled, and not the windows in them"""

    class _Wrong(right.Windows):
        def batched(self, windows, *, batch_size, shuffle_buffer, seed, **sizes):
            kept = super().batched(
                windows, batch_size=batch_size, shuffle_buffer=1, seed=seed
            )
            return self.shuffled(kept, shuffle_buffer, self.generator(seed))


@rival
class seed_ignored:
    """the seed ignored: a new one at every call"""

    class _Wrong(right.Windows):
        seeds = itertools.count()

        def generator(self, seed):
            return np.random.default_rng(next(self.seeds))

    batches = _Wrong().batches


@rival
class seed_fixed:
    """the seed ignored: the same one at every call"""

    class _Wrong(right.Windows):
        def generator(self, seed):
            return np.random.default_rng(42)

    batches = _Wrong().batches


@rival
class seam_lost:
    """endless windows that start anew at each pass, none across the seam"""

    class _Wrong(right.Windows):
        def endless_windows(self, sequence, **sizes):
            while True:
                yield from self.windows(iter(sequence), **sizes)

    endless_batches = _Wrong().endless_batches


@rival
class seam_starts_anew:
    """windows across the seam, but each pass starting at the first step again"""

    class _Wrong(right.Windows):
        def endless_windows(self, sequence, *, window_length, shift, **sizes):
            repeated = np.concatenate([sequence, sequence[: window_length - 1]])
            while True:
                for start in range(0, len(sequence), shift):
                    yield repeated[start : start + window_length]

    endless_batches = _Wrong().endless_batches


@rival
class ends_after_one_pass:
    """endless windows that end with the sequence"""

    class _Wrong(right.Windows):
        def endless_windows(self, sequence, **sizes):
            return self.windows(iter(sequence), **sizes)

    endless_batches = _Wrong().endless_batches


@rival
class batches_end_at_the_seam:
    """endless batches of one pass each: the last batch of a pass is smaller"""

    class _Wrong(right.Windows):
        def endless_batches(self, sequence, **sizes):
            self.check(sequence, **sizes)
            return self.passes(sequence, **sizes)

        def passes(self, sequence, *, shift, **sizes):
            endless = self.endless_windows(sequence, shift=shift, **sizes)
            while True:
                one = itertools.islice(endless, -(-len(sequence) // shift))
                yield from self.batched(one, **sizes)

    endless_batches = _Wrong().endless_batches


@rival
class each_pass_shuffled_alone:
    """endless windows shuffled within each pass"""

    class _Wrong(right.Windows):
        def endless_windows(self, sequence, *, shift, shuffle_buffer, seed, **sizes):
            generator = self.generator(seed)
            endless = super().endless_windows(sequence, shift=shift, **sizes)
            while True:
                one = itertools.islice(endless, max(1, len(sequence) // shift))
                yield from super().shuffled(one, shuffle_buffer, generator)

        def shuffled(self, windows, shuffle_buffer, generator):
            return windows

    endless_batches = _Wrong().endless_batches


@rival
class endless_order_kept:
    """the order kept where the windows are endless"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            return windows

    endless_batches = _Wrong().endless_batches


@rival
class endless_buffer_too_large:
    """a buffer twice as large where the windows are endless"""

    class _Wrong(right.Windows):
        def shuffled(self, windows, shuffle_buffer, generator):
            buffer = 1 if shuffle_buffer == 1 else 2 * shuffle_buffer
            return super().shuffled(windows, buffer, generator)

    endless_batches = _Wrong().endless_batches


@rival
class endless_seed_ignored:
    """the seed ignored where the windows are endless: a new one at every call"""

    class _Wrong(right.Windows):
        seeds = itertools.count()

        def generator(self, seed):
            return np.random.default_rng(next(self.seeds))

    endless_batches = _Wrong().endless_batches


@rival
class endless_seed_fixed:
    """the seed ignored where the windows are endless: the same one at every call"""

    class _Wrong(right.Windows):
        def generator(self, seed):
            return np.random.default_rng(42)

    endless_batches = _Wrong().endless_batches


@rival
class endless_targets_unshifted:
    """targets that are the inputs where the windows are endless"""

    class _Wrong(right.Windows):
        def pair(self, windows):
            return windows[:, :-1], windows[:, :-1]

    endless_batches = _Wrong().endless_batches


@rival
class long_window_gives_nothing(_Both):
    """no batch, and no error, for a window longer than the sequence"""

    class _Wrong(right.Windows):
        def check_window(self, length, window_length):
            super().check_window(max(length, window_length), window_length)


@rival
class long_window_repeats_the_sequence:
    """a window longer than the sequence filled with repetitions of it"""

    class _Wrong(right.Windows):
        def check_window(self, length, window_length):
            super().check_window(max(length, window_length), window_length)

    endless_batches = _Wrong().endless_batches


@rival
class longest_window_refused(_Both):
    """a window as long as the sequence refused"""

    class _Wrong(right.Windows):
        def check_window(self, length, window_length):
            super().check_window(length - 1, window_length)


@rival
class window_of_one_accepted(_Both):
    """windows of one step, without inputs or targets, accepted"""

    class _Wrong(right.Windows):
        def check_window(self, length, window_length):
            super().check_window(length, max(2, window_length))


class _ZeroIsOne(right.Windows):
    """Takes a size of zero for 1."""

    lenient = ""

    def check_sizes(self, **sizes):
        super().check_sizes(**sizes | {self.lenient: 1})

    def batches(self, sequence, **sizes):
        self.check(sequence, **sizes)
        sizes |= {self.lenient: max(1, sizes[self.lenient])}
        return super().batches(sequence, **sizes)


@rival
class zero_shift_accepted(_Both):
    """a shift of 0 taken for 1"""

    class _Wrong(_ZeroIsOne):
        lenient = "shift"


@rival
class zero_batch_size_accepted(_Both):
    """a batch size of 0 taken for 1"""

    class _Wrong(_ZeroIsOne):
        lenient = "batch_size"


@rival
class zero_buffer_accepted(_Both):
    """a shuffle buffer of 0 taken for 1"""

    class _Wrong(_ZeroIsOne):
        lenient = "shuffle_buffer"


@rival
class rows_taken_for_steps(_Both):
    """the rows of a sequence of two axes taken for its steps"""

    class _Wrong(right.Windows):
        def check_sequence(self, sequence):
            pass


@rival
class sequence_sorted(_Both):
    """the sequence sorted in place when its batches are made"""

    class _Wrong(right.Windows):
        def check(self, sequence, **sizes):
            super().check(sequence, **sizes)
            self.given, self.own = sequence, np.array(sequence)

        def batched(self, windows, **sizes):
            yield from super().batched(windows, **sizes)
            self.given[...] = np.sort(self.given)


@rival
class batches_in_one_buffer(_Both):
    """one array for all batches of a shape"""

    class _Wrong(right.Windows):
        def pair(self, windows):
            return into_buffers(self, super().pair(windows))


BATCH = "yield self.pair(np.array(batch))"
START = "window = list(itertools.islice(steps, window_length))"
ONCE = "return self.batched(self.windows(iter(sequence), **sizes), **sizes)"
CYCLE = "return self.windows(itertools.cycle(sequence), **sizes)"

globals().update(
    patched(
        __name__,
        {
            "sixteen_steps_alone": patch(
                "endless windows of the first sixteen steps alone",
                (
                    CYCLE,
                    CYCLE.replace(
                        "itertools.cycle(sequence)",
                        "itertools.islice(itertools.cycle(sequence), 16)",
                    ),
                ),
            ),
            "whole_sequence_lost": patch(
                "no window where the sequence is exactly one window",
                (
                    ONCE,
                    ONCE.replace(
                        "iter(sequence)",
                        "iter(sequence if len(sequence) > sizes['window_length'] "
                        "else sequence[:-1])",
                    ),
                ),
            ),
            "ten_steps_at_most": patch(
                "windows of ten steps at most",
                (START, f"window_length = min(window_length, 10)\n        {START}"),
            ),
            "sequence_of_the_last_call": patch(
                "the sequence of the call before, where it is as long",
                (
                    ONCE,
                    "last, self.last = vars(self).get('last', sequence), sequence\n"
                    "        sequence = last if len(last) == len(sequence) else sequence"
                    f"\n        {ONCE}",
                ),
            ),
            "single_window_batches_squeezed": patch(
                "the axis of the batch lost where batch_size is 1",
                (
                    BATCH,
                    f"pair = {BATCH[6:]}\n            "
                    "yield pair if batch_size > 1 else tuple(x[0] for x in pair)",
                ),
            ),
            "large_buffer_cut": patch(
                "windows lost where the buffer is larger than their number",
                (
                    "while buffer:",
                    "buffer = buffer[: max(1, len(buffer) // 2)] if len(buffer) < "
                    "shuffle_buffer else buffer\n        while buffer:",
                ),
            ),
            "seed_0_is_no_seed": patch(
                "the windows of a batch in reverse where the seed is 0",
                (BATCH, BATCH.replace("(batch)", "(batch if seed else batch[::-1])")),
            ),
            "ids_through_float32": patch(
                "ids rounded to float32",
                (
                    BATCH,
                    BATCH.replace(
                        "np.array(batch)",
                        "np.array(batch, np.float32).astype(np.int64)",
                    ),
                ),
            ),
            "bytes_signed": patch(
                "ids of unsigned bytes made real numbers",
                (
                    BATCH,
                    BATCH.replace(
                        "np.array(batch)",
                        "np.array(batch, np.float32 if np.array(batch).dtype == 'uint8' "
                        "else None)",
                    ),
                ),
            ),
        },
    )
)

REDUNDANT = {
    "WIN-30": "batches kept apart; clauses that compare several see one buffer as well",
    "WIN-02": "the shapes alone; the values in them are WIN-04's and WIN-05's",
    "WIN-03": "the dtype alone; WIN-04 and WIN-05 compare integers",
    "WIN-04": "the inputs by hand; WIN-06 has the same windows",
    "WIN-05": "the targets by hand; WIN-06 has the same windows",
    "WIN-06": "where the windows end; the shapes of WIN-02 show their number",
    "WIN-09": "no window lost or doubled, at a length that WIN-01 does not have",
    "WIN-10": "the edge of WIN-11: a buffer of 1, on which the hand values rest",
    "WIN-11": "the bound; WIN-12 draws the exact line by chance",
    "WIN-16": "the shapes of endless batches; WIN-15 has the values",
    "WIN-17": "the pairs of WIN-15's windows",
}
