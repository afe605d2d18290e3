"""Two LSTMs over one embedding: the first reads, the second writes from its state.

H97: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory", with the forget gate of
G00: Gers, Schmidhuber and Cummins 2000, "Learning to Forget".
S14: Sutskever, Vinyals and Le 2014, "Sequence to Sequence Learning with Neural
    Networks".
A23: TensorFlow Addons 0.23's BasicDecoder with its TrainingSampler.
Axes: B batch, S encoder steps, T decoder steps, L longest length, V vocabulary,
E embedding dims, U units.
"""

import numpy as np

from spec_tests.oracles.training import Trainable
from spec_tests.oracles.weights import NamedWeights, below, prefixed
from touchstone.arithmetic import product, real, sigmoid, softmax

GATES = "ifco"  # input, forget, candidate, output


def lstm_shapes(input_size: int, units: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of an LSTM's twelve weights, by name."""
    kinds = {
        "kernel": (input_size, units),
        "recurrent_kernel": (units, units),
        "bias": (units,),
    }
    return {f"{kind}_{gate}": shape for kind, shape in kinds.items() for gate in GATES}


def shapes(vocabulary_size: int, embed_size: int, units: int):
    """Return the shapes of the model's weights, by name."""
    lstm = lstm_shapes(embed_size, units)
    return {
        "embedding/embeddings": (vocabulary_size, embed_size),
        **prefixed("encoder", lstm),
        **prefixed("decoder", lstm),
        "dense/kernel": (units, vocabulary_size),
        "dense/bias": (vocabulary_size,),
    }


def teacher_inputs(targets):
    """Return the decoder's inputs [B, T]: 0, then the targets but the last."""
    targets = ranked("targets", targets, 2)
    start = np.zeros([len(targets), 1], targets.dtype)
    return np.concatenate([start, targets[:, :-1]], axis=1)


def ranked(argument: str, values, rank: int) -> np.ndarray:
    """Return values as an array; ValueError where it has not that many axes."""
    values = np.asarray(values)
    if values.ndim != rank:
        raise ValueError(f"{argument} must have {rank} axes, got shape {values.shape}")
    return values


class LSTM:
    """c' = f c + i g, h' = o tanh(c'): a long short-term memory. [H97, G00]"""

    gates = GATES

    def __init__(self, weights):
        self.kernel, self.recurrent_kernel, self.bias = (
            real(np.stack([weights[f"{kind}_{gate}"] for gate in self.gates]))
            for kind in ("kernel", "recurrent_kernel", "bias")
        )  # [4, E, U], [4, U, U], [4, U]

    def step(self, x, h, c):
        """Return the hidden state and the cell state after one input."""
        i, f, g, o = self.sums(x, h)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    def sums(self, x, h):
        """Return what each gate reads, [4, B, U]."""
        sums = product(x, self.kernel) + product(h, self.recurrent_kernel)
        return sums + self.bias[:, np.newaxis]


class EncoderDecoder(Trainable, NamedWeights):
    """Ids in, probabilities out; the decoder starts from the encoder's state. [S14]"""

    cell = LSTM

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        self.vocabulary_size, self.units = vocabulary_size, units
        super().__init__(shapes(vocabulary_size, embed_size, units))
        for name, weight in self._weights.items():
            if "/bias_" in name or name == "dense/bias":
                weight[:] = self.fresh_bias(name)

    def fresh_bias(self, name: str) -> float:
        return 1.0 if name.endswith("bias_f") else 0.0

    def __call__(self, encoder_inputs, decoder_inputs, sequence_lengths):
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)  # [B, S]
        decoder_inputs = self.ids("decoder_inputs", decoder_inputs)  # [B, T]
        lengths = self.check_lengths(sequence_lengths, decoder_inputs)  # [B]
        self.check_rows(encoder_inputs, decoder_inputs)
        return self.decoded(decoder_inputs, lengths, self.read(encoder_inputs))

    def read(self, encoder_inputs):
        """Return the state (h, c) that is handed over, each [B, U]."""
        encoder = self.cell(below("encoder", self._weights))
        state = self.zeros(len(encoder_inputs))
        for x in self.encoder_steps(encoder_inputs):
            state = encoder.step(x, *state)
        return state

    def zeros(self, batch: int):
        return (real(np.zeros([batch, self.units])),) * 2

    def encoder_steps(self, ids):
        return np.moveaxis(self.embedded(ids), 1, 0)  # [S, B, E]

    def decoder_steps(self, ids):
        return np.moveaxis(self.embedded(ids), 1, 0)  # [T, B, E]

    def embedded(self, ids):
        return real(self._weights["embedding/embeddings"])[ids]  # [B, T, E]

    def decoded(self, decoder_inputs, lengths, state):
        """Return the probabilities [B, L, V] at each step up to the longest length."""
        decoder = self.cell(below("decoder", self._weights))
        outputs = []
        for x in self.decoder_steps(decoder_inputs[:, : self.longest(lengths)]):
            state = decoder.step(x, *state)
            outputs.append(state[0])
        if not outputs:
            return np.zeros([len(lengths), 0, self.vocabulary_size])
        return self.spoken(np.stack(outputs, axis=1))

    def longest(self, lengths) -> int:
        return int(np.max(lengths, initial=0))

    def spoken(self, hidden):
        w = self._weights
        logits = product(hidden, w["dense/kernel"]) + real(w["dense/bias"])
        return self.normalised(logits)

    def normalised(self, logits):
        return softmax(logits)

    def greedy_decode(self, encoder_inputs, *, start_id: int = 0, n_steps: int):
        """Return ids [B, n_steps]: each the likeliest after those before it."""
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)
        self.ids("start_id", [[start_id]])
        if n_steps < 1:
            raise ValueError(f"n_steps must be at least 1, got {n_steps}")
        decoder = self.cell(below("decoder", self._weights))
        state, ids = self.read(encoder_inputs), np.full([len(encoder_inputs)], start_id)
        chosen = []
        for _ in range(n_steps):
            state = self.greedy_step(decoder, self.embedded(ids), state)
            ids = self.choice(self.spoken(state[0]))
            chosen.append(ids)
        return np.stack(chosen, axis=1)

    def greedy_step(self, decoder, x, state):
        return decoder.step(x, *state)

    def choice(self, probabilities):
        return np.argmax(probabilities, axis=-1)

    def loss(self, batch):
        """Return the mean of -log p of the targets before each sequence's end."""
        (encoder_inputs, decoder_inputs, lengths), targets = batch
        p = self(encoder_inputs, decoder_inputs, lengths)  # [B, L, V]
        targets = np.asarray(targets)[:, : p.shape[1]]
        chosen = np.take_along_axis(p, targets[..., np.newaxis], axis=-1)[..., 0]
        inside = np.arange(p.shape[1]) < np.asarray(lengths)[:, np.newaxis]
        return self.averaged(-np.log(chosen), inside)

    def averaged(self, losses, inside):
        return losses[inside].mean()

    def place(self, batch):
        (encoder_inputs, decoder_inputs, lengths), targets = batch
        decoder_inputs = self.ids("decoder_inputs", decoder_inputs)
        inputs = (
            self.ids("encoder_inputs", encoder_inputs),
            decoder_inputs,
            self.check_lengths(lengths, decoder_inputs),
        )
        return inputs, self.check_targets(self.ids("targets", targets), decoder_inputs)

    def ids(self, argument: str, values) -> np.ndarray:
        """Return ids of the vocabulary, [B, T]."""
        ids = ranked(argument, values, 2)
        for odd in ids[(ids < 0) | (ids >= self.vocabulary_size)]:
            last = self.vocabulary_size - 1
            raise ValueError(f"{argument} must be ids from 0 to {last}, got {odd}")
        return ids.astype(np.int64)

    def check_lengths(self, values, decoder_inputs) -> np.ndarray:
        """Return lengths within the decoder's inputs, [B]."""
        lengths = ranked("sequence_lengths", values, 1)
        batch, steps = decoder_inputs.shape
        for odd in lengths[(lengths < 0) | (lengths > steps)]:
            raise ValueError(f"sequence_lengths must be from 0 to {steps}, got {odd}")
        if len(lengths) != batch:
            raise ValueError(f"sequence_lengths must be {batch}, got {len(lengths)}")
        return lengths

    def check_rows(self, encoder_inputs, decoder_inputs) -> None:
        if len(encoder_inputs) != len(decoder_inputs):
            raise ValueError(
                f"decoder_inputs must have {len(encoder_inputs)} rows, "
                f"got {len(decoder_inputs)}"
            )

    def check_targets(self, targets, decoder_inputs) -> np.ndarray:
        if targets.shape != decoder_inputs.shape:
            raise ValueError(
                f"targets must have shape {decoder_inputs.shape}, got {targets.shape}"
            )
        return targets
