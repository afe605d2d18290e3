"""Wrong positional encodings, each named for its mistake."""

import numpy as np

from spec_tests.oracles import positional_encoding as right
from spec_tests.rivals.laws import BufferReused
from touchstone.arithmetic import real
from touchstone.rivals import patch, patched, rival


@rival
class halves:
    """all sines first, then all cosines"""

    class PositionalEncoding(right.PositionalEncoding):
        def sinusoids(self):
            table = super().sinusoids()
            return np.concatenate([table[:, ::2], table[:, 1::2]], axis=-1)


@rival
class cosine_first:
    """cosines in the even columns, sines in the odd"""

    class PositionalEncoding(right.PositionalEncoding):
        def sinusoids(self):
            table = super().sinusoids()
            return np.stack([table[:, 1::2], table[:, ::2]], -1).reshape(table.shape)


@rival
class from_one:
    """positions counted from 1"""

    class PositionalEncoding(right.PositionalEncoding):
        def angle(self, position, pair, dims):
            return super().angle(position + 1, pair, dims)


@rival
class base_100:
    """wavelengths of 100^(2i/D)"""

    class PositionalEncoding(right.PositionalEncoding):
        def angle(self, position, pair, dims):
            return position / 100 ** (2 * pair / dims)


@rival
class exponent_not_doubled:
    """wavelengths of 10000^(i/D)"""

    class PositionalEncoding(right.PositionalEncoding):
        def angle(self, position, pair, dims):
            return position / 10_000 ** (pair / dims)


@rival
class own_wavelength_for_each_column:
    """wavelengths that fall from column to column, not from pair to pair"""

    class PositionalEncoding(right.PositionalEncoding):
        def sinusoids(self):
            table = super().sinusoids()
            for column in range(1, table.shape[1], 2):
                wavelength = 10_000 ** (column / table.shape[1])
                table[:, column] = np.cos(np.arange(self.max_steps) / wavelength)
            return table


@rival
class last_wavelength_reached:
    """wavelengths spread so that the last pair has 10000 itself"""

    class PositionalEncoding(right.PositionalEncoding):
        def angle(self, position, pair, dims):
            return position / 10_000 ** (pair / max(dims // 2 - 1, 1))


@rival
class positions_wrap_after_256:
    """positions kept in eight bits"""

    class PositionalEncoding(right.PositionalEncoding):
        def angle(self, position, pair, dims):
            return super().angle(position % 256, pair, dims)


@rival
class positions_wrap_after_4:
    """positions that start again after four steps"""

    class PositionalEncoding(right.PositionalEncoding):
        def angle(self, position, pair, dims):
            return super().angle(position % 4, pair, dims)


@rival
class half_precision:
    """the table kept in float16"""

    class PositionalEncoding(right.PositionalEncoding):
        def sinusoids(self):
            return super().sinusoids().astype(np.float16).astype(np.float64)


@rival
class returned_alone:
    """the encoding returned, not added to the embeddings"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            return super().__call__(np.zeros_like(real(embeddings)))


@rival
class first_sample_only:
    """the encoding added to the first sample of the batch only"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            encoded = super().__call__(embeddings)
            encoded[1:] = real(embeddings)[1:]
            return encoded


@rival
class scaled_embeddings:
    """the embeddings scaled by the root of their width before the addition"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            scaled = real(embeddings) * np.sqrt(np.shape(embeddings)[-1])
            return super().__call__(scaled)


@rival
class aligned_to_the_end:
    """the last rows of the table, so that positions depend on the length"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            embeddings = real(embeddings)
            steps, dims = embeddings.shape[1:]
            self.check(steps, dims)
            first = self.max_steps - steps
            return embeddings + real(self.table[first:, :dims])


@rival
class narrow_recomputed:
    """a table recomputed for the embeddings' width, not cut to it"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            steps, dims = np.shape(embeddings)[1:]
            self.check(steps, dims)
            self.max_dims, self.table = dims, None
            self.table = self.sinusoids()
            return super().__call__(embeddings)


@rival
class odd_width_recomputed:
    """an odd width's wavelengths computed from the odd width itself"""

    class PositionalEncoding(right.PositionalEncoding):
        def angle(self, position, pair, dims):
            return super().angle(position, pair, self.max_dims)


@rival
class odd_width_rounded_down:
    """an odd width rounded down, its last column left without an encoding"""

    class PositionalEncoding(right.PositionalEncoding):
        def sinusoids(self):
            table = super().sinusoids()
            table[:, self.max_dims - self.max_dims % 2 :] = 0
            return table


@rival
class steps_unchecked:
    """a sequence longer than the table encoded from the start again"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            steps, dims = np.shape(embeddings)[1:]
            self.check(0, dims)
            rows = np.arange(steps) % self.max_steps
            return real(embeddings) + real(self.table[rows, :dims])


@rival
class dims_unchecked:
    """embeddings wider than the table encoded in their first columns alone"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            steps, dims = np.shape(embeddings)[1:]
            self.check(steps, 0)
            encoded = real(embeddings).copy()
            encoded[..., : self.table.shape[1]] += real(self.table[:steps, :dims])
            return encoded


@rival
class added_in_place:
    """the embeddings overwritten with the sum"""

    class PositionalEncoding(right.PositionalEncoding):
        def __call__(self, embeddings):
            outputs = super().__call__(embeddings)
            embeddings[...] = outputs
            return outputs


@rival
class output_buffer_reused:
    """one array for all results of a positional encoding"""

    class PositionalEncoding(BufferReused, right.PositionalEncoding):
        pass


ADDED = "return embeddings + real(self.table[:steps, :dims])"

globals().update(
    patched(
        __name__,
        {
            "one_step_left_alone": patch(
                "a single step left without its encoding where more are possible",
                (ADDED, ADDED + " * (self.max_steps == 1 or steps > 1)"),
            ),
            "table_of_the_first_call": patch(
                "no encoding after the steps of the first call",
                (
                    ADDED,
                    "self.first = vars(self).get('first', steps)\n        "
                    "seen = real(np.arange(steps) < self.first)[:, np.newaxis]\n        "
                    + ADDED
                    + " * seen",
                ),
            ),
            "encoded_twice_when_used_often": patch(
                "the encoding added twice at the fourth call",
                (
                    ADDED,
                    "self.calls = vars(self).get('calls', 0) + 1\n        "
                    + ADDED
                    + " * (2 if self.calls == 4 else 1)",
                ),
            ),
            "narrow_gets_the_last_columns": patch(
                "the table's last columns for embeddings that are narrower",
                (
                    ADDED,
                    ADDED.replace(":dims", "self.max_dims - dims : self.max_dims"),
                ),
            ),
            "positions_of_10_bits": patch(
                "positions that start again after 1,024 steps",
                (
                    "position = np.arange(self.max_steps)",
                    "position = np.arange(self.max_steps) % 1024",
                ),
            ),
        },
    )
)


REDUNDANT = {
    "POS-01": "the chapter's own table, whose values POS-02 states in small",
    "POS-02": "the first rows by hand; POS-04 adds the same rows to embeddings",
    "POS-05": "the law that POS-02 implies, without an oracle",
}
