"""Wrong stateful char-RNNs and batches, each named for its mistake."""

import numpy as np

from spec_tests.oracles import stateful_char_rnn as right
from spec_tests.rivals.laws import law_rivals
from spec_tests.rivals.layers import layer_rivals, with_wrong
from touchstone.rivals import rival


@rival
class batches_interleaved:
    """row i reading every B-th window of the text"""

    class _Batches(right.Batches):
        def __call__(self, encoded, *, n_steps, batch_size, vocabulary_size):
            self.check_sizes(n_steps=n_steps, batch_size=batch_size)
            n_batches = (len(encoded) - 1) // n_steps // batch_size
            self.check_length(n_batches, len(encoded))
            for i in range(n_batches):
                places = range(i * batch_size, (i + 1) * batch_size)
                windows = [self.window(np.asarray(encoded), p, n_steps) for p in places]
                yield self.batch(windows, vocabulary_size)

    batches = _Batches()


@rival
class rows_and_steps_swapped:
    """the text laid out column by column"""

    class _Batches(right.Batches):
        def rows(self, encoded, batch_size):
            return [encoded[i::batch_size] for i in range(batch_size)]

    batches = _Batches()


@rival
class parts_cut_to_equal_lengths:
    """parts of the rounded-down length, so that the later ones begin too early"""

    class _Batches(right.Batches):
        def rows(self, encoded, batch_size):
            length = len(encoded) // batch_size
            return [encoded[i * length : (i + 1) * length] for i in range(batch_size)]

    batches = _Batches()


@rival
class windows_that_overlap:
    """windows shifted by one character"""

    class _Batches(right.Batches):
        def n_batches(self, rows, n_steps):
            return min(map(len, rows)) - n_steps

        def window(self, row, i, n_steps):
            return row[i : i + n_steps + 1]

    batches = _Batches()


@rival
class windows_that_lose_a_character:
    """windows shifted by n_steps + 1, which skip a target"""

    class _Batches(right.Batches):
        def n_batches(self, rows, n_steps):
            return min(map(len, rows)) // (n_steps + 1)

        def window(self, row, i, n_steps):
            start = i * (n_steps + 1)
            return row[start : start + n_steps + 1]

    batches = _Batches()


@rival
class whole_parts_needed:
    """the last batch dropped where its targets end the part"""

    class _Batches(right.Batches):
        def n_batches(self, rows, n_steps):
            return max(0, (min(map(len, rows)) - 2) // n_steps)

    batches = _Batches()


@rival
class batches_counted_in_steps:
    """an epoch of all whole batches, the target after the last one left out"""

    class _Batches(right.Batches):
        def rows(self, encoded, batch_size):
            rows = super().rows(encoded, batch_size)
            return [np.append(row, row[-1]) for row in rows]

    batches = _Batches()


@rival
class windows_of_the_longest_part:
    """as many batches as the longest part has windows"""

    class _Batches(right.Batches):
        def n_batches(self, rows, n_steps):
            return (max(map(len, rows)) - 1) // n_steps

    batches = _Batches()


@rival
class at_most_a_hundred_batches:
    """an epoch of a hundred batches at most"""

    class _Batches(right.Batches):
        def n_batches(self, rows, n_steps):
            return min(100, super().n_batches(rows, n_steps))

    batches = _Batches()


@rival
class targets_in_floats:
    """targets of real numbers"""

    class _Batches(right.Batches):
        def batch(self, windows, vocabulary_size):
            inputs, targets = super().batch(windows, vocabulary_size)
            return inputs, targets.astype(np.float32)

    batches = _Batches()


@rival
class one_row_whatever_the_batch_size:
    """the whole text in one row"""

    class _Batches(right.Batches):
        def rows(self, encoded, batch_size):
            return super().rows(encoded, 1)

    batches = _Batches()


@rival
class one_row_never_split_off:
    """a batch of one row that reads half of the text"""

    class _Batches(right.Batches):
        def rows(self, encoded, batch_size):
            return super().rows(encoded, max(2, batch_size))[:batch_size]

    batches = _Batches()


@rival
class one_hot_off_by_one:
    """ids counted from 1 in the one-hot inputs"""

    class _Batches(right.Batches):
        def batch(self, windows, vocabulary_size):
            inputs, targets = super().batch(windows, vocabulary_size)
            return np.roll(inputs, -1, axis=-1), targets

    batches = _Batches()


@rival
class one_hot_in_bytes:
    """one-hot inputs of 8-bit integers"""

    class _Batches(right.Batches):
        def batch(self, windows, vocabulary_size):
            inputs, targets = super().batch(windows, vocabulary_size)
            return inputs.astype(np.uint8), targets

    batches = _Batches()


@rival
class targets_not_shifted:
    """the inputs themselves as targets"""

    class _Batches(right.Batches):
        def batch(self, windows, vocabulary_size):
            inputs, _ = super().batch(windows, vocabulary_size)
            return inputs, np.stack(windows)[:, :-1]

    batches = _Batches()


@rival
class last_target_alone:
    """the character after the window as the only target"""

    class _Batches(right.Batches):
        def batch(self, windows, vocabulary_size):
            inputs, targets = super().batch(windows, vocabulary_size)
            return inputs, targets[:, -1:]

    batches = _Batches()


@rival
class short_text_without_batches:
    """an epoch of no batches where the text is too short"""

    class _Batches(right.Batches):
        def check_length(self, n_batches, length):
            pass

    batches = _Batches()


@rival
class sizes_unchecked:
    """an epoch of no batches where a size is zero"""

    class _Batches(right.Batches):
        def __call__(self, encoded, *, n_steps, batch_size, vocabulary_size):
            sizes = dict(n_steps=n_steps, batch_size=batch_size)
            if not all(sizes.values()):
                return iter(())
            return super().__call__(encoded, vocabulary_size=vocabulary_size, **sizes)

    batches = _Batches()


@rival
class state_forgotten:
    """a fresh state in every call"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def kept(self, states):
            return self.fresh()


@rival
class state_carried_in_training_alone:
    """a fresh state after every call outside training"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def __call__(self, inputs, training=False):
            probabilities = super().__call__(inputs, training)
            if not training:
                self.reset_states()
            return probabilities


@rival
class second_layer_forgets:
    """a fresh state of the second layer in every call"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def kept(self, states):
            return states[0], self.fresh()[1]


@rival
class state_shared_between_rows:
    """one row's state given to all rows"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def kept(self, states):
            return tuple(np.broadcast_to(s[:1], s.shape) for s in states)


@rival
class state_averaged_over_rows:
    """the rows' mean state given to all of them"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def kept(self, states):
            return tuple(np.broadcast_to(s.mean(axis=0), s.shape) for s in states)


@rival
class states_of_the_layers_swapped:
    """each layer started from the other one's state"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def kept(self, states):
            return states[::-1]


@rival
class state_carried_across_epochs:
    """a `reset_states` that resets nothing"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def reset_states(self):
            pass


@rival
class first_layer_reset_alone:
    """a `reset_states` that leaves the second layer's state"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def reset_states(self):
            self.states = self.fresh()[0], self.states[1]


@rival
class state_reset_between_training_steps:
    """training steps that leave a fresh state"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def train_step(self, batch):
            loss = super().train_step(batch)
            self.reset_states()
            return loss


@rival
class state_left_where_it_was_by_training:
    """training steps that leave the state as it was before them"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def train_step(self, batch):
            before = self.states
            loss = super().train_step(batch)
            self.states = before
            return loss


@rival
class batch_read_twice_in_training:
    """training steps that read the batch twice"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def train_step(self, batch):
            loss = super().train_step(batch)
            self.states = self.read(batch[0], self.states)[1]
            return loss


@rival
class training_calls_without_state:
    """calls in training that leave the state as it was"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def __call__(self, inputs, training=False):
            before = self.states
            probabilities = super().__call__(inputs, training)
            self.states = before if training else self.states
            return probabilities


@rival
class copy_keeps_the_state:
    """a stateless copy that starts from the model's state"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def stateless_copy(self):
            copy, rows = super().stateless_copy(), len(self.states[0])
            states = self.states

            def read(inputs, _, read=copy.read):
                repeats = -(-len(inputs) // rows)
                tiled = [np.tile(s, (repeats, 1))[: len(inputs)] for s in states]
                return read(inputs, tiled)

            copy.read = read
            return copy


@rival
class copy_is_stateful:
    """a stateless copy that carries its state from call to call"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def stateless_copy(self):
            copy = super().stateless_copy()

            def read(inputs, _, read=copy.read):
                old = getattr(copy, "_states", (None, None))
                fits = old[0] is not None and len(old[0]) == len(inputs)
                found, copy._states = read(inputs, old if fits else (None, None))
                return found, copy._states

            copy.read = read
            return copy


@rival
class copy_of_fresh_weights:
    """a stateless copy with weights of its own"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def stateless_copy(self):
            return self.copy(**self.sizes)


@rival
class dropout_at_inference:
    """dropout outside training too"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def prepare(self, training):
            super().prepare(True)


@rival
class masks_left_after_training:
    """the last training call's masks outside training"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def prepare(self, training):
            if training:
                super().prepare(True)


@rival
class no_dropout_in_training_steps:
    """training steps without dropout"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def train_step(self, batch):
            rates, self.rates = self.rates, (0.0, 0.0)
            loss = super().train_step(batch)
            self.rates = rates
            return loss


def with_layer(wrong: type) -> type:
    """Return a model whose layers draw their masks in a wrong way."""
    return type("StatefulCharRNN", (right.StatefulCharRNN,), {"layer": wrong})


@rival
class unscaled_dropout:
    """what dropout keeps not scaled"""

    class _Layer(right.DropoutGRU):
        def mask(self, rng, shape, rate):
            return super().mask(rng, shape, rate) * (1 - rate)

    StatefulCharRNN = with_layer(_Layer)


@rival
class unscaled_recurrent_dropout:
    """what recurrent dropout keeps not scaled"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, dropout, recurrent_dropout)
            for mask in self.state_masks.values():
                mask *= 1 - recurrent_dropout

    StatefulCharRNN = with_layer(_Layer)


@rival
class unscaled_dropout_of_inputs:
    """what dropout keeps of the inputs not scaled"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, dropout, recurrent_dropout)
            for mask in self.input_masks.values():
                mask *= 1 - dropout

    StatefulCharRNN = with_layer(_Layer)


@rival
class first_layer_states_not_dropped:
    """recurrent dropout in the second layer alone"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def prepare(self, training):
            super().prepare(training)
            self.gru_1.state_masks = None


@rival
class inputs_kept_at_the_rate:
    """dropout taken for the share that is kept"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, dropout, recurrent_dropout)
            if dropout:
                for gate, mask in self.input_masks.items():
                    self.input_masks[gate] = 1 / (1 - dropout) - mask

    StatefulCharRNN = with_layer(_Layer)


@rival
class states_kept_at_the_rate:
    """recurrent dropout taken for the share that is kept"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, dropout, recurrent_dropout)
            if recurrent_dropout:
                for gate, mask in self.state_masks.items():
                    self.state_masks[gate] = 1 / (1 - recurrent_dropout) - mask

    StatefulCharRNN = with_layer(_Layer)


@rival
class scaled_by_the_rate:
    """what dropout keeps divided by the rate"""

    class _Layer(right.DropoutGRU):
        def mask(self, rng, shape, rate):
            return super().mask(rng, shape, rate) * (1 - rate) / (rate or 1)

    StatefulCharRNN = with_layer(_Layer)


@rival
class kept_at_the_rate:
    """the rate taken for the share that is kept"""

    class _Layer(right.DropoutGRU):
        def mask(self, rng, shape, rate):
            dropped = super().mask(rng, shape, rate) == 0
            return (dropped if rate else ~dropped) / (1 - rate)

    StatefulCharRNN = with_layer(_Layer)


@rival
class inputs_of_the_first_layer_whole:
    """dropout between the layers alone"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def prepare(self, training):
            super().prepare(training)
            self.gru_1.input_masks = None


@rival
class second_layer_drops_nothing:
    """dropout before the first layer alone"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def prepare(self, training):
            super().prepare(training)
            self.gru_2.input_masks = None


@rival
class no_recurrent_dropout:
    """recurrent dropout left out"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, dropout, 0.0)

    StatefulCharRNN = with_layer(_Layer)


@rival
class rates_swapped:
    """the two rates swapped"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, recurrent_dropout, dropout)

    StatefulCharRNN = with_layer(_Layer)


@rival
class one_mask_for_all_rows:
    """one row's mask for all rows"""

    class _Layer(right.DropoutGRU):
        def mask(self, rng, shape, rate):
            return np.broadcast_to(super().mask(rng, (1, *shape[1:]), rate), shape)

    StatefulCharRNN = with_layer(_Layer)


@rival
class masks_drawn_once:
    """one set of masks for all calls"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, *arguments):
            super().draw(np.random.default_rng(5), *arguments)

    StatefulCharRNN = with_layer(_Layer)


@rival
class inputs_masked_anew_at_each_step:
    """the inputs' mask drawn anew at every step"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, dropout, recurrent_dropout)
            self.drawing = rng, dropout

        def input_part(self, gate, x):
            if self.input_masks is not None:
                rng, rate = self.drawing
                self.input_masks[gate] = self.mask(rng, np.shape(x), rate)
            return super().input_part(gate, x)

    StatefulCharRNN = with_layer(_Layer)


@rival
class states_masked_anew_at_each_step:
    """the states' mask drawn anew at every step"""

    class _Layer(right.DropoutGRU):
        def draw(self, rng, batch, dropout, recurrent_dropout):
            super().draw(rng, batch, dropout, recurrent_dropout)
            self.drawing = rng, recurrent_dropout

        def recurrent_part(self, gate, h):
            if self.state_masks is not None:
                rng, rate = self.drawing
                self.state_masks[gate] = self.mask(rng, np.shape(h), rate)
            return super().recurrent_part(gate, h)

    StatefulCharRNN = with_layer(_Layer)


@rival
class outputs_dropped:
    """the states themselves dropped, so that what is dropped is lost for good"""

    class _Layer(right.DropoutGRU):
        def step(self, x, h):
            masks = self.state_masks
            return super().step(x, h) * (1 if masks is None else masks["h"])

    StatefulCharRNN = with_layer(_Layer)


@rival
class any_rate_accepted:
    """rates of dropout of any size"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def check_rates(self, *, dropout, recurrent_dropout):
            super().check_rates(recurrent_dropout=recurrent_dropout)


@rival
class any_recurrent_rate_accepted:
    """rates of recurrent dropout of any size"""

    class StatefulCharRNN(right.StatefulCharRNN):
        def check_rates(self, *, dropout, recurrent_dropout):
            super().check_rates(dropout=dropout)


@rival
class lone_windows_refused:
    """a text of one window in each part refused"""

    class _Batches(right.Batches):
        def check_length(self, n_batches, length):
            super().check_length(n_batches - 1, length)

    batches = _Batches()


def with_wrong_layers(mistaken: type, *layers: int) -> type:
    """Return a model, and with it its stateless copy, with mistaken GRUs."""
    copy = with_wrong(right.StatefulCharRNN.copy, mistaken, *layers)
    model = with_wrong(right.StatefulCharRNN, mistaken, *layers)
    return type("StatefulCharRNN", (model,), {"copy": copy})


globals().update(
    layer_rivals(
        __name__, lambda *wrong: {"StatefulCharRNN": with_wrong_layers(*wrong)}
    )
)


globals().update(
    law_rivals(__name__, "a stateful char-RNN", right.StatefulCharRNN, trains=True)
)


REDUNDANT = {
    "STC-02": "the shapes of what STC-03 and STC-05 state",
    "STC-03": "the characters read, whose one-hot rows STC-04 and targets STC-05 state",
    "STC-07": "the number of batches, of whose rows STC-03 and STC-05 state one case",
}
