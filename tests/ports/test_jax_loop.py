"""The JAX port's loop: its own gradient is the one that JAX finds by itself."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")

from alternatives.jax import encoder_decoder, recurrent, stateful_char_rnn  # noqa: E402
from alternatives.jax.loop import keep, loop  # noqa: E402

BATCH, STEPS, UNITS = 3, 7, 5


def looped(cell, weights, masks, state, reads):
    """Return what `loop` does, by a loop without a gradient of its own."""
    outputs = []
    for read in reads:
        state = cell(state, keep(weights, masks, state[0]), read)
        outputs.append(state[0])
    return jax.numpy.stack(outputs), state


def random(shape, seed):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize(
    ("cell", "n_states", "gates", "first"),
    [
        (recurrent.gru_cell, 1, [3 * UNITS], []),
        (encoder_decoder.lstm_cell, 2, [4 * UNITS], []),
        (stateful_char_rnn.cell, 1, [UNITS], [3]),
    ],
    ids=["GRU", "LSTM", "GRU with masks"],
)
def test_the_gradient_is_that_of_the_plain_loop(cell, n_states, gates, first):
    weights = random([*first, UNITS, *gates], 1), random([*first, 1, *gates], 2)
    masks = random([*first, BATCH, UNITS], 3) if first else 1.0
    state = tuple(random([BATCH, UNITS], 4 + i) for i in range(n_states))
    reads = random([STEPS, *first, BATCH, *gates], 6)
    outputs_weight, *last_weights = random([1 + n_states, STEPS, BATCH, UNITS], 7)

    def gradients(of):
        def score(weights, state, reads):
            outputs, last = of(cell, weights, masks, state, reads)
            pairs = zip(last, last_weights, strict=True)
            return (outputs * outputs_weight).sum() + sum(
                (s * w[0]).sum() for s, w in pairs
            )

        return jax.value_and_grad(score, argnums=(0, 1, 2))(weights, state, reads)

    value, found = gradients(loop)
    expected_value, expected = gradients(looped)
    np.testing.assert_allclose(value, expected_value, rtol=1e-5)
    leaves = zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True)
    for own, right in leaves:
        assert np.abs(right).max() > 0.1
        np.testing.assert_allclose(own, right, rtol=1e-4, atol=1e-4)
