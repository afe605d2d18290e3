"""Wrong models of reviews, each named for its mistake."""

import numpy as np

from spec_tests.oracles import sentiment as right
from spec_tests.oracles.training import LEARNING_RATE
from spec_tests.rivals.laws import law_rivals
from spec_tests.rivals.layers import layer_rivals, with_wrong
from touchstone.arithmetic import product, real, sigmoid
from touchstone.rivals import rival


def both(**methods) -> tuple[type, ...]:
    """Return both models with these attributes in place of their own."""
    return tuple(
        type(model.__name__, (model,), methods)
        for model in (right.SentimentModel, right.ExplicitMaskSentimentModel)
    )


def one(model, **methods) -> type:
    return type(model.__name__, (model,), methods)


def zeroed(outputs, keep):
    return outputs * keep[..., np.newaxis]


def _read(self, outputs, keep):
    """Return the second GRU's outputs at every step."""
    return self.gru_2(outputs, keep_mask=keep)[0]


@rival
class id_0_not_masked:
    """no mask: padding read as a word"""

    SentimentModel = one(right.SentimentModel, keep=lambda self, ids: ids >= 0)


@rival
class explicit_mask_not_used:
    """the explicit mask computed, and handed to no layer"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel, keep=lambda self, ids: ids >= 0
    )


@rival
class masked_in_the_first_gru_only:
    """the mask lost after the first GRU"""

    SentimentModel = one(
        right.SentimentModel,
        second=lambda self, outputs, keep: self.gru_2(zeroed(outputs, keep))[1],
    )


@rival
class explicit_mask_in_the_first_gru_only:
    """the explicit mask handed to the first GRU only"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel,
        second=lambda self, outputs, keep: self.gru_2(outputs)[1],
    )


@rival
class explicit_mask_in_the_second_gru_only:
    """the explicit mask handed to the second GRU only"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel,
        first=lambda self, embedded, keep: self.gru_1(embedded)[0],
    )


@rival
class mask_inverted:
    """the mask inverted: words masked, padding read"""

    SentimentModel, ExplicitMaskSentimentModel = both(keep=lambda self, ids: ids == 0)


@rival
class mask_after_the_recurrence:
    """the mask applied to the outputs, after the recurrence has read the padding"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        first=lambda self, embedded, keep: zeroed(self.gru_1(embedded)[0], keep),
        second=lambda self, outputs, keep: self.gru_2(outputs)[1],
    )


@rival
class embedded_padding_zeroed:
    """the embedding of id 0 set to zeros, in the place of a mask"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        embedded=lambda self, ids: zeroed(
            right.SentimentModel.embedded(self, ids), ids != 0
        ),
        keep=lambda self, ids: ids >= 0,
    )


@rival
class last_step_taken:
    """the outputs at the last step, which are zeros where it is padding"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        second=lambda self, outputs, keep: zeroed(_read(self, outputs, keep), keep)[
            :, -1
        ]
    )


@rival
class step_before_the_last_word_taken:
    """the outputs one step before the last word"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        second=lambda self, outputs, keep: _read(self, outputs, keep)[
            np.arange(len(keep)), np.maximum(keep.sum(axis=1) - 2, 0)
        ]
    )


@rival
class lengths_counted:
    """reviews cut at their number of words, wherever the padding stands"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        keep=lambda self, ids: (
            np.arange(ids.shape[1]) < (ids != 0).sum(axis=1, keepdims=True)
        )
    )


@rival
class cut_at_the_first_padding:
    """reviews cut at their first padding"""

    SentimentModel = one(
        right.SentimentModel, keep=lambda self, ids: np.cumprod(ids != 0, axis=1) > 0
    )


@rival
class only_trailing_padding_masked:
    """padding read where a word follows it"""

    SentimentModel = one(
        right.SentimentModel,
        keep=lambda self, ids: np.cumsum(ids[:, ::-1], axis=1)[:, ::-1] > 0,
    )


@rival
class padding_inside_read:
    """padding read where words stand on both sides"""

    SentimentModel = one(
        right.SentimentModel,
        keep=lambda self, ids: (
            (np.cumsum(ids[:, ::-1], axis=1)[:, ::-1] > 0)
            & (np.cumsum(ids, axis=1) > 0)
        ),
    )


@rival
class padding_in_front_read:
    """padding read where it stands in front"""

    SentimentModel = one(
        right.SentimentModel,
        keep=lambda self, ids: (
            (ids != 0)
            | ((np.cumsum(ids, axis=1) == 0) & ids.any(axis=1, keepdims=True))
        ),
    )


@rival
class explicit_mask_of_lengths:
    """the explicit mask computed from the number of words"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel,
        keep=lambda self, ids: (
            np.arange(ids.shape[1]) < (ids != 0).sum(axis=1, keepdims=True)
        ),
    )


@rival
class at_most_eight_steps:
    """reviews cut at eight steps, words and padding"""

    SentimentModel = one(
        right.SentimentModel,
        __call__=lambda self, ids: right.SentimentModel.__call__(self, ids[:, -8:]),
    )


@rival
class at_most_six_words:
    """words beyond the sixth masked"""

    SentimentModel = one(
        right.SentimentModel,
        keep=lambda self, ids: (ids != 0) & (np.cumsum(ids != 0, axis=1) <= 6),
    )


@rival
class at_most_six_words_with_an_explicit_mask:
    """words beyond the sixth masked where the mask is explicit"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel,
        keep=lambda self, ids: (ids != 0) & (np.cumsum(ids != 0, axis=1) <= 6),
    )


@rival
class explicit_padding_beyond_eight:
    """padding beyond the eighth step read, the explicit mask being cut there"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel,
        keep=lambda self, ids: (ids != 0) | (np.arange(ids.shape[1]) >= 8),
    )


def _never_empty(self, ids):
    return (ids != 0) | (
        (np.arange(ids.shape[1]) == 0) & ~ids.any(axis=1, keepdims=True)
    )


@rival
class one_step_at_least:
    """one step of padding read where there is no word"""

    SentimentModel = one(right.SentimentModel, keep=_never_empty)


@rival
class one_step_at_least_with_an_explicit_mask:
    """one step of padding read where there is no word and the mask is explicit"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel, keep=_never_empty
    )


def _call_sorted(self, ids):
    order = np.argsort(-(np.asarray(ids) != 0).sum(axis=1), kind="stable")
    return right.SentimentModel.__call__(self, np.asarray(ids)[order])


@rival
class sorted_by_length:
    """the answers in the order of length, as the rows were packed"""

    SentimentModel, ExplicitMaskSentimentModel = both(__call__=_call_sorted)


@rival
class padding_is_id_1:
    """id 1 taken for padding"""

    SentimentModel, ExplicitMaskSentimentModel = both(keep=lambda self, ids: ids != 1)


@rival
class ids_from_one:
    """ids counted from 1 in the embedding"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        embedded=lambda self, ids: right.SentimentModel.embedded(self, ids - 1)
    )


@rival
class embedding_scaled:
    """embeddings scaled by the root of their size"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        embedded=lambda self, ids: (
            right.SentimentModel.embedded(self, ids)
            * np.sqrt(self._weights["embedding/embeddings"].shape[1])
        )
    )


@rival
class sigmoid_twice:
    """the sigmoid applied twice"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        answer=lambda self, state: sigmoid(right.SentimentModel.answer(self, state))
    )


@rival
class logits_returned:
    """logits returned, not probabilities"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        answer=lambda self, state: (
            product(state, self._weights["dense/kernel"])
            + real(self._weights["dense/bias"])
        ),
        cost=lambda self, labels, logits: right.loss(labels, sigmoid(logits)),
    )


@rival
class negative_probability:
    """the probability of a negative review"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        answer=lambda self, state: 1 - right.SentimentModel.answer(self, state)
    )


@rival
class bias_forgotten:
    """no bias in the last layer"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        answer=lambda self, state: sigmoid(
            product(state, self._weights["dense/kernel"])
        )
    )


def _first_kept(self, embedded, keep):
    outputs, self._state = self.gru_1(embedded, keep_mask=keep)
    return outputs


@rival
class first_state_judged:
    """the state of the first GRU judged"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        first=_first_kept, second=lambda self, outputs, keep: self._state
    )


@rival
class outputs_averaged:
    """the second GRU's outputs averaged over the words"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        second=lambda self, outputs, keep: (
            zeroed(_read(self, outputs, keep), keep).sum(axis=1)
            / np.maximum(1, keep.sum(axis=1, keepdims=True))
        )
    )


@rival
class weights_not_set:
    """its own weights, not those that were set"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        set_named_weights=lambda self, weights: None
    )


def _gates_exchanged(self):
    weights = right.SentimentModel.named_weights(self)
    z, r = "gru_1/kernel_z", "gru_1/kernel_r"
    return weights | {z: weights[r], r: weights[z]}


@rival
class weights_read_in_another_order:
    """the gates of the first GRU given back in another order than they were set"""

    SentimentModel, ExplicitMaskSentimentModel = both(named_weights=_gates_exchanged)


@rival
class answers_without_their_axis:
    """probabilities of shape [B]"""

    SentimentModel = one(
        right.SentimentModel,
        answer=lambda self, state: right.SentimentModel.answer(self, state)[:, 0],
        cost=lambda self, labels, p: right.loss(labels, p[:, np.newaxis]),
    )


def _with_a_row_less(self, *, vocabulary_size, embed_size, units):
    right.SentimentModel.__init__(
        self,
        vocabulary_size=vocabulary_size - 1,
        embed_size=embed_size,
        units=units,
    )


@rival
class no_padding_row:
    """an embedding without a row for id 0"""

    SentimentModel = one(right.SentimentModel, __init__=_with_a_row_less)


def _doubled(self):
    weights = right.SentimentModel.named_weights(self)
    kernel, bias = weights["dense/kernel"], weights["dense/bias"]
    both = {"dense/kernel": np.hstack([kernel] * 2), "dense/bias": np.tile(bias, 2)}
    return weights | both


@rival
class two_classes:
    """two units in the last layer of the model with an explicit mask"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel, named_weights=_doubled
    )


@rival
class loss_summed:
    """the loss summed over the batch"""

    @staticmethod
    def loss(labels, probabilities):
        return right.loss(labels, probabilities) * len(labels)


@rival
class loss_in_bits:
    """the loss in bits"""

    @staticmethod
    def loss(labels, probabilities):
        return right.loss(labels, probabilities) / np.log(2)


@rival
class loss_of_positives_only:
    """only positive reviews in the loss"""

    @staticmethod
    def loss(labels, probabilities):
        return -np.mean(np.asarray(labels) * np.log(real(probabilities))[:, 0])


@rival
class threshold_of_0:
    """logits' threshold 0 in the place of one half"""

    @staticmethod
    def accuracy(labels, probabilities):
        return np.mean((real(probabilities)[:, 0] > 0) == (np.asarray(labels) == 1))


@rival
class equal_labels:
    """probabilities compared with the labels themselves"""

    @staticmethod
    def accuracy(labels, probabilities):
        return np.mean(real(probabilities)[:, 0] == np.asarray(labels))


@rival
class broadcast_labels:
    """each probability compared with every label"""

    @staticmethod
    def accuracy(labels, probabilities):
        return np.mean((real(probabilities) > 0.5) == (np.asarray(labels) == 1))


@rival
class one_half_is_positive:
    """a probability of one half taken for positive"""

    @staticmethod
    def accuracy(labels, probabilities):
        return np.mean((real(probabilities)[:, 0] >= 0.5) == (np.asarray(labels) == 1))


@rival
class mean_squared_error:
    """trained on the mean squared error"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        cost=lambda self, labels, p: np.mean((p - np.reshape(labels, [-1, 1])) ** 2)
    )


@rival
class trained_on_summed_loss:
    """trained on the loss summed over the batch"""

    SentimentModel, ExplicitMaskSentimentModel = both(
        cost=lambda self, labels, p: right.loss(labels, p) * len(labels)
    )


def _step_before_the_loss(self, batch):
    right.SentimentModel.train_step(self, batch)
    return self.loss(batch)


@rival
class loss_after_the_step:
    """the loss after the step returned"""

    SentimentModel = one(right.SentimentModel, train_step=_step_before_the_loss)


@rival
class explicit_model_not_trained:
    """the model with an explicit mask left as it is"""

    ExplicitMaskSentimentModel = one(
        right.ExplicitMaskSentimentModel,
        train_step=lambda self, batch: self.loss(batch),
    )


def _descend_plainly(self, gradients):
    for name, slope in gradients.items():
        self._weights[name] = self._weights[name] - LEARNING_RATE * slope


@rival
class plain_gradient_descent:
    """steps of plain gradient descent"""

    SentimentModel, ExplicitMaskSentimentModel = both(descend=_descend_plainly)


@rival
class moments_not_corrected:
    """Adam's moments without their correction for the first steps"""

    SentimentModel, ExplicitMaskSentimentModel = both(rate=lambda self: LEARNING_RATE)


@rival
class embeddings_frozen:
    """embeddings that training leaves alone"""

    SentimentModel = one(right.SentimentModel, frozen=("embedding/embeddings",))


def _descend_lazily(self, gradients):
    before = self._weights["embedding/embeddings"]
    right.SentimentModel.descend(self, gradients)
    table = self._weights["embedding/embeddings"]
    read = np.any(gradients["embedding/embeddings"], axis=1, keepdims=True)
    self._weights["embedding/embeddings"] = np.where(read, table, before)


@rival
class lazy_adam:
    """words that a batch lacks left where they are, whatever their moments"""

    SentimentModel = one(right.SentimentModel, descend=_descend_lazily)


def _descend_and_decay(self, gradients):
    for name in gradients:
        self._weights[name] = self._weights[name] * (1 - 0.1 * LEARNING_RATE)
    right.SentimentModel.descend(self, gradients)


@rival
class weights_decayed:
    """weights that decay by a tenth of the rate"""

    SentimentModel = one(right.SentimentModel, descend=_descend_and_decay)


def _gradients_of_padding(self, batch):
    slopes = right.SentimentModel.gradients(self, batch)
    slopes["embedding/embeddings"][0] = 0.1
    return slopes


@rival
class padding_moved:
    """the embedding of padding moved as if it were read"""

    SentimentModel = one(right.SentimentModel, gradients=_gradients_of_padding)


globals().update(
    layer_rivals(
        __name__,
        lambda *wrong: {
            model.__name__: with_wrong(model, *wrong)
            for model in (right.SentimentModel, right.ExplicitMaskSentimentModel)
        },
    )
)


def _call_and_move_the_padding(model):
    def call(self, ids):
        outputs = model.__call__(self, ids)
        order = np.argsort(np.asarray(ids) == 0, axis=1, kind="stable")
        ids[...] = np.take_along_axis(np.asarray(ids), order, axis=1)
        return outputs

    return call


@rival
class padding_moved_in_place:
    """padding moved to the ends of the rows that were given"""

    SentimentModel, ExplicitMaskSentimentModel = (
        one(model, __call__=_call_and_move_the_padding(model))
        for model in (right.SentimentModel, right.ExplicitMaskSentimentModel)
    )


globals().update(
    law_rivals(
        __name__,
        "a sentiment model",
        right.SentimentModel,
        right.ExplicitMaskSentimentModel,
    )
)


REDUNDANT = {
    "SEN-01": "the captured number, which the shapes of SEN-03 give at any size",
    "SEN-02": "the captured number, which the shapes of SEN-03 give at any size",
    "SEN-04": "two words by hand; SEN-05 holds the same equations on whole reviews",
}
