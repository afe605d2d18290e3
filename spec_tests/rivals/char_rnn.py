"""Wrong char-RNNs, batches and training steps, each named for its mistake."""

import itertools

import numpy as np

from spec_tests.oracles import char_rnn as right
from spec_tests.oracles import windows
from spec_tests.rivals.laws import law_rivals
from spec_tests.rivals.layers import layer_rivals, with_wrong
from touchstone.arithmetic import softmax
from touchstone.rivals import rival


@rival
class one_hot_off_by_one:
    """ids counted from 1 in the one-hot inputs"""

    class _Batches(right.Batches):
        def encoded(self, inputs, targets, vocabulary_size):
            rows = np.asarray(inputs) - 1
            return right.one_hot(rows, vocabulary_size), targets

    batches = _Batches()


@rival
class one_hot_in_bytes:
    """one-hot inputs of 8-bit integers"""

    class _Batches(right.Batches):
        def encoded(self, inputs, targets, vocabulary_size):
            inputs, targets = super().encoded(inputs, targets, vocabulary_size)
            return inputs.astype(np.uint8), targets

    batches = _Batches()


@rival
class one_hot_as_wide_as_the_ids:
    """one-hot inputs as wide as the text's largest id needs"""

    class _Batches(right.Batches):
        def encoded(self, inputs, targets, vocabulary_size):
            return right.one_hot(inputs, int(inputs.max()) + 1), targets

    batches = _Batches()


@rival
class targets_not_shifted:
    """the inputs themselves as targets"""

    class _Batches(right.Batches):
        def encoded(self, inputs, targets, vocabulary_size):
            return super().encoded(inputs, inputs, vocabulary_size)

    batches = _Batches()


@rival
class targets_in_floats:
    """targets of real numbers"""

    class _Batches(right.Batches):
        def encoded(self, inputs, targets, vocabulary_size):
            inputs, targets = super().encoded(inputs, targets, vocabulary_size)
            return inputs, targets.astype(np.float32)

    batches = _Batches()


@rival
class last_target_alone:
    """the character after the window as the only target"""

    class _Batches(right.Batches):
        def encoded(self, inputs, targets, vocabulary_size):
            return super().encoded(inputs, targets[:, -1], vocabulary_size)

    batches = _Batches()


@rival
class windows_of_n_steps:
    """windows of n_steps characters, which leave n_steps - 1 inputs"""

    class _Batches(right.Batches):
        def pairs(self, encoded, *, window_length, **sizes):
            return super().pairs(encoded, window_length=window_length - 1, **sizes)

    batches = _Batches()


@rival
class windows_that_do_not_overlap:
    """windows shifted by their inputs' length"""

    class _Batches(right.Batches):
        def pairs(self, encoded, *, window_length, shift, **sizes):
            shift = window_length - 1
            return super().pairs(
                encoded, window_length=window_length, shift=shift, **sizes
            )

    batches = _Batches()


@rival
class one_reading_alone:
    """batches that end with the text"""

    class _Batches(right.Batches):
        def pairs(self, encoded, **sizes):
            return windows.batches(encoded, **sizes)

    batches = _Batches()


@rival
class no_window_across_the_seam:
    """the text's windows repeated, none of which crosses the seam"""

    class _Batches(right.Batches):
        def pairs(self, encoded, *, batch_size, **sizes):
            singles = itertools.chain.from_iterable(
                windows.batches(encoded, batch_size=1, **sizes)
                for _ in itertools.count()
            )
            while True:
                batch = list(itertools.islice(singles, batch_size))
                yield tuple(np.concatenate(part) for part in zip(*batch, strict=True))

    batches = _Batches()


@rival
class never_shuffled:
    """the windows in the order of the text"""

    class _Batches(right.Batches):
        def pairs(self, encoded, *, shuffle_buffer, **sizes):
            return super().pairs(encoded, shuffle_buffer=1, **sizes)

    batches = _Batches()


@rival
class seed_ignored:
    """one order for every seed"""

    class _Batches(right.Batches):
        def pairs(self, encoded, *, seed, **sizes):
            return super().pairs(encoded, seed=0, **sizes)

    batches = _Batches()


@rival
class short_text_padded:
    """a text shorter than a window padded with its first character"""

    class _Batches(right.Batches):
        def pairs(self, encoded, *, window_length, **sizes):
            missing = max(0, window_length - len(encoded))
            encoded = np.pad(encoded, (0, missing))
            return super().pairs(encoded, window_length=window_length, **sizes)

    batches = _Batches()


@rival
class steps_of_windows:
    """an epoch of the text's whole windows, not of its characters"""

    def steps_per_epoch(n_characters, batch_size):
        return right.steps_per_epoch(n_characters - 100, batch_size)


@rival
class steps_rounded_up:
    """an epoch that counts the last, incomplete batch"""

    def steps_per_epoch(n_characters, batch_size):
        return right.steps_per_epoch(n_characters + batch_size - 1, batch_size)


@rival
class steps_of_pairs:
    """an epoch of the text's pairs of neighbours, one fewer than its characters"""

    def steps_per_epoch(n_characters, batch_size):
        return right.steps_per_epoch(n_characters - 1, batch_size)


@rival
class batch_size_unchecked:
    """an epoch of no steps where the batch size is zero"""

    def steps_per_epoch(n_characters, batch_size):
        return n_characters // batch_size if batch_size else 0


class _Sized(right.CharRNN):
    """A char-RNN whose weights are others than the right one's."""

    def others(self, name: str, value):
        raise NotImplementedError

    def named_weights(self):
        found = super().named_weights().items()
        return {name: self.others(name, value) for name, value in found}


@rival
class one_bias_a_gate:
    """GRUs of a single bias a gate"""

    class CharRNN(_Sized):
        def named_weights(self):
            found = right.CharRNN.named_weights(self).items()
            return {name: w for name, w in found if "recurrent_bias" not in name}


@rival
class dense_without_bias:
    """a last layer without a bias"""

    class CharRNN(right.CharRNN):
        def set_named_weights(self, weights):
            given = weights["dense/bias"]
            super().set_named_weights(dict(weights) | {"dense/bias": given * 0})


@rival
class weights_not_set:
    """the weights that it was built with, whatever is set"""

    class CharRNN(right.CharRNN):
        def set_named_weights(self, weights):
            pass


@rival
class weights_rounded_to_halves:
    """weights given back in half precision"""

    class CharRNN(_Sized):
        def others(self, name, value):
            return np.asarray(value, np.float16).astype(np.float32)


@rival
class softmax_over_time:
    """the softmax taken over the steps"""

    class CharRNN(right.CharRNN):
        def normalised(self, scores):
            return np.swapaxes(softmax(np.swapaxes(scores, 1, 2)), 1, 2)


@rival
class scores_for_probabilities:
    """no softmax"""

    class CharRNN(right.CharRNN):
        def normalised(self, scores):
            return scores


@rival
class softmax_of_the_last_step:
    """the last step's distribution at every step"""

    class CharRNN(right.CharRNN):
        def normalised(self, scores):
            return softmax(np.broadcast_to(scores[:, -1:], scores.shape))


@rival
class one_layer_alone:
    """the first GRU's outputs in the softmax, the second left out"""

    class CharRNN(right.CharRNN):
        def scores(self, hidden):
            return super().scores(self.first_outputs)

        def between(self, hidden):
            self.first_outputs = hidden
            return hidden


@rival
class rectified_between_the_layers:
    """a rectifier between the two GRUs"""

    class CharRNN(right.CharRNN):
        def between(self, hidden):
            return np.maximum(hidden, 0)


@rival
class second_layer_from_the_first_state:
    """the second GRU started from the first one's last state"""

    class CharRNN(right.CharRNN):
        def read(self, inputs, states):
            _, (first, _) = super().read(inputs, states)
            return super().read(inputs, (states[0], first))


@rival
class state_kept_between_calls:
    """a state that is carried from call to call"""

    class CharRNN(right.CharRNN):
        def __call__(self, inputs):
            states = getattr(self, "_states", (None, None))
            probabilities, self._states = self.read(inputs, states)
            return probabilities

        def train_step(self, batch):
            self._states = (None, None)
            return super().train_step(batch)

        def loss(self, batch):
            return self.cost(self.read(batch[0], (None, None))[0], batch[1])


@rival
class loss_summed:
    """the loss summed over rows and steps"""

    class CharRNN(right.CharRNN):
        def cost(self, probabilities, targets):
            return super().cost(probabilities, targets) * np.size(targets)


@rival
class loss_summed_over_steps:
    """the loss summed over the steps and averaged over the rows"""

    class CharRNN(right.CharRNN):
        def cost(self, probabilities, targets):
            return super().cost(probabilities, targets) * targets.shape[1]


@rival
class loss_of_the_last_step:
    """the loss of the last step alone"""

    class CharRNN(right.CharRNN):
        def cost(self, probabilities, targets):
            return super().cost(probabilities[:, -1:], targets[:, -1:])


@rival
class softmax_twice_in_the_loss:
    """the probabilities taken for scores in the loss"""

    class CharRNN(right.CharRNN):
        def cost(self, probabilities, targets):
            return super().cost(softmax(probabilities), targets)


@rival
class loss_in_bits:
    """the loss in bits"""

    class CharRNN(right.CharRNN):
        def cost(self, probabilities, targets):
            return super().cost(probabilities, targets) / np.log(2)


@rival
class loss_after_the_step:
    """the loss after the step"""

    class CharRNN(right.CharRNN):
        def train_step(self, batch):
            super().train_step(batch)
            return self.loss(batch)


@rival
class plain_gradient_descent:
    """plain gradient descent"""

    class CharRNN(right.CharRNN):
        def descend(self, gradients):
            for name, g in gradients.items():
                self._weights[name] = self._weights[name] - 0.01 * g


@rival
class tenfold_learning_rate:
    """a learning rate of 0.01"""

    class CharRNN(right.CharRNN):
        def rate(self):
            return 10 * super().rate()


@rival
class moments_not_corrected:
    """Adam's moments not corrected for their start at zero"""

    class CharRNN(right.CharRNN):
        def rate(self):
            return 1e-3


@rival
class steps_against_the_moment_alone:
    """Adam's step not divided by the root of the second moment"""

    class CharRNN(right.CharRNN):
        def direction(self, m, v):
            return m


@rival
class optimizer_begun_anew:
    """an optimizer that forgets its moments after every step"""

    class CharRNN(right.CharRNN):
        def descend(self, gradients):
            self._step, self._moments = 0, {}
            super().descend(gradients)


@rival
class dense_layer_trained_alone:
    """the last layer alone trained"""

    class CharRNN(right.CharRNN):
        def gradients(self, batch):
            found = super().gradients(batch).items()
            return {name: g for name, g in found if name.startswith("dense")}


@rival
class states_not_trained_through:
    """recurrent kernels left as they are"""

    class CharRNN(right.CharRNN):
        def gradients(self, batch):
            found = super().gradients(batch).items()
            return {name: g for name, g in found if "/recurrent_kernel" not in name}


globals().update(
    layer_rivals(
        __name__, lambda *wrong: {"CharRNN": with_wrong(right.CharRNN, *wrong)}
    )
)


globals().update(law_rivals(__name__, "a char-RNN", right.CharRNN, trains=True))


REDUNDANT = {
    "CHR-13": "two equal calls are equal; CHR-19 makes two, with weights in between",
    "CHR-02": "the chapter's own sizes; CHR-17 states the division in small",
    "CHR-01": "the chapter's own sizes; CHR-04 and CHR-06 state the entries in small",
    "CHR-03": "the chapter's own sizes; CHR-10 states the names and shapes in small",
    "CHR-05": "the width as well; that the inputs are real is compared in CHR-04",
    "CHR-07": "the order of the batches of CHR-04 and CHR-06, further on",
    "CHR-11": "one unit worked by hand; CHR-12 states more units and steps",
    "CHR-12": "the outputs whose losses CHR-14 states",
}
