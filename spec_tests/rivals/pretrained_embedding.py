"""Wrong models on pretrained embeddings, each named for its mistake."""

from pathlib import Path

import numpy as np

from spec_tests.oracles import pretrained_embedding as right
from spec_tests.oracles import vocabulary
from spec_tests.oracles.training import LEARNING_RATE
from spec_tests.rivals.laws import law_rivals
from touchstone.arithmetic import sigmoid
from touchstone.rivals import rival

TABLE = "embedding/embeddings"


def model(**methods) -> type:
    """Return the model with these attributes in place of its own."""
    return type("PretrainedModel", (right.PretrainedModel,), methods)


def embedding(**methods) -> type:
    """Return the model of a text embedding with these attributes for its own."""
    wrong = type("TextEmbedding", (right.TextEmbedding,), methods)
    return model(text_embedding=wrong)


@rival
class summed:
    """the words' vectors summed, not divided"""

    PretrainedModel = embedding(combined=lambda self, vectors: vectors.sum(axis=0))


@rival
class averaged:
    """the words' vectors averaged"""

    PretrainedModel = embedding(combined=lambda self, vectors: vectors.mean(axis=0))


@rival
class normalised:
    """the embedding scaled to length 1"""

    PretrainedModel = embedding(
        combined=lambda self, vectors: (
            vectors.sum(axis=0)
            / np.maximum(1e-9, np.sqrt(np.sum(vectors.sum(axis=0) ** 2)))
        )
    )


@rival
class last_word_only:
    """the vector of the last word alone"""

    PretrainedModel = embedding(combined=lambda self, vectors: vectors[-1])


@rival
class divided_by_the_longest:
    """the sum divided by the root of the longest text's words"""

    class _Batch(right.TextEmbedding):
        def __call__(self, texts, vectors):
            lengths = [len(self.words(self.plain(text))) for text in texts]
            scale = np.sqrt(np.array(lengths) / max(lengths))
            return super().__call__(texts, vectors) * scale[:, np.newaxis]

    PretrainedModel = model(text_embedding=_Batch)


@rival
class three_words_at_most:
    """words beyond the third left out"""

    PretrainedModel = embedding(words=lambda self, text: text.split(b" ")[:3])


@rival
class punctuation_kept:
    """punctuation kept as part of the words"""

    PretrainedModel = embedding(plain=lambda self, text: text)


@rival
class punctuation_separates:
    """a space in the place of punctuation"""

    PretrainedModel = embedding(
        plain=lambda self, text: "".join(
            c if right.TextEmbedding.plain(self, c.encode()) else " "
            for c in text.decode()
        ).encode()
    )


@rival
class ascii_punctuation_only:
    """only the punctuation of ASCII taken out"""

    PretrainedModel = embedding(
        plain=lambda self, text: bytes(
            b for b in text if b not in b"!\"#%&'()*,-./:;?@[\\]_{}"
        )
    )


@rival
class symbols_taken_out:
    """signs taken out as punctuation is"""

    PretrainedModel = embedding(
        plain=lambda self, text: "".join(
            c
            for c in right.TextEmbedding.plain(self, text).decode()
            if c not in "$+<=>^`|~"
        ).encode()
    )


@rival
class digits_taken_out:
    """digits taken out"""

    PretrainedModel = embedding(
        plain=lambda self, text: bytes(
            b for b in right.TextEmbedding.plain(self, text) if b not in b"0123456789"
        )
    )


@rival
class lower_cased:
    """capitals made small"""

    PretrainedModel = embedding(
        plain=lambda self, text: right.TextEmbedding.plain(self, text).lower()
    )


@rival
class case_ignored:
    """words found whatever their case"""

    class _Table(vocabulary.LookupTable):
        def id(self, token):
            places = {word.lower(): place for word, place in self.places.items()}
            return places.get(token.lower(), super().id(token))

    PretrainedModel = embedding(table=_Table)


class _FirstBucket(vocabulary.LookupTable):
    def bucket(self, token):
        return 0


@rival
class other_words_in_one_row:
    """the first of the rows for all other words"""

    PretrainedModel = embedding(table=_FirstBucket)


class _FirstBucketButForNothing(vocabulary.LookupTable):
    def bucket(self, token):
        return 0 if token else super().bucket(token)


@rival
class hashed_rows_not_used:
    """the first of the rows for all other words but the empty one"""

    PretrainedModel = embedding(table=_FirstBucketButForNothing)


class _SkipsUnknown(right.TextEmbedding):
    def ids(self, words):
        ids = super().ids(words)
        known = ids[ids < len(self.lookup.places)]
        return known if len(known) else ids


@rival
class other_words_left_out:
    """other words left out where a text has a known one"""

    PretrainedModel = model(text_embedding=_SkipsUnknown)


@rival
class empty_text_is_zero:
    """zeros for a text without words"""

    PretrainedModel = embedding(
        words=lambda self, text: text.split(b" ") if text else [],
        combined=lambda self, vectors: (
            vectors.sum(axis=0) / max(1, len(vectors)) ** 0.5
        ),
    )


@rival
class spaces_run_together:
    """several spaces taken for one"""

    PretrainedModel = embedding(words=lambda self, text: text.split() or [b""])


@rival
class vectors_forgotten:
    """random vectors in the place of the saved ones"""

    PretrainedModel = model(
        first=lambda self, vectors: np.random.default_rng(5).normal(size=vectors.shape)
    )


def _embedding_not_set_set(self, weights):
    own = self.named_weights()
    right.PretrainedModel.set_named_weights(self, dict(weights) | {TABLE: own[TABLE]})


@rival
class embedding_not_set:
    """the saved vectors in the place of those that were set"""

    PretrainedModel = model(set_named_weights=_embedding_not_set_set)


@rival
class not_rectified:
    """no rectification in the first layer"""

    PretrainedModel = model(rectified=lambda self, hidden: hidden)


@rival
class tanh_units:
    """tanh in the place of the rectification"""

    PretrainedModel = model(rectified=lambda self, hidden: np.tanh(hidden))


@rival
class sigmoid_twice:
    """the sigmoid applied twice"""

    PretrainedModel = model(
        answer=lambda self, hidden: sigmoid(right.PretrainedModel.answer(self, hidden))
    )


@rival
class negative_probability:
    """the probability of a negative text"""

    PretrainedModel = model(
        answer=lambda self, hidden: 1 - right.PretrainedModel.answer(self, hidden)
    )


def _tied_to_its_place_load(self, handle):
    place = Path(handle) / "place"
    try:
        return right.load_embedding(place.read_text() if place.is_file() else handle)
    except ValueError as error:
        raise ValueError(f"handle cannot be loaded, got {handle}") from error


@rival
class tied_to_its_place:
    """the place where the embedding was saved written into it"""

    @staticmethod
    def save_embedding(directory, words, vectors):
        handle = right.save_embedding(directory, words, vectors)
        (Path(handle) / "place").write_text(handle)
        return handle

    PretrainedModel = model(load=_tied_to_its_place_load)


@rival
class embedding_trained:
    """an embedding that learns, though it is frozen"""

    PretrainedModel = model(left_alone=lambda self, trainable: ())


def _embedding_decayed_descend(self, gradients):
    right.PretrainedModel.descend(self, gradients)
    if TABLE in self.frozen:
        self._weights[TABLE] = self._weights[TABLE] * (1 - 0.01 * LEARNING_RATE)


@rival
class embedding_decayed:
    """a frozen embedding that decays as the optimizer's weights do"""

    PretrainedModel = model(descend=_embedding_decayed_descend)


@rival
class embedding_always_frozen:
    """a frozen embedding, whatever is asked for"""

    PretrainedModel = model(left_alone=lambda self, trainable: (TABLE,))


@rival
class frozen_in_the_gradient_only:
    """a trainable embedding that is named, and left as it was"""

    PretrainedModel = model(
        gradients=lambda self, batch: (
            right.PretrainedModel.gradients(self, batch)
            | ({} if TABLE in self.frozen else {TABLE: 0 * self._weights[TABLE]})
        )
    )


@rival
class names_without_the_embedding:
    """a trainable embedding that learns and is not named"""

    PretrainedModel = model(
        trainable_names=lambda self: [name for name in self._weights if name != TABLE]
    )


@rival
class all_named_trainable:
    """the frozen embedding named among the trainable weights"""

    PretrainedModel = model(trainable_names=lambda self: list(self._weights))


def _plain_gradient_descent_descend(self, gradients):
    for name, slope in gradients.items():
        self._weights[name] = self._weights[name] - LEARNING_RATE * slope


@rival
class plain_gradient_descent:
    """steps of plain gradient descent"""

    PretrainedModel = model(descend=_plain_gradient_descent_descend)


def _first_layer_frozen_gradients(self, batch):
    slopes = right.PretrainedModel.gradients(self, batch)
    return {name: g for name, g in slopes.items() if not name.startswith("dense_1")}


@rival
class first_layer_frozen:
    """a first layer that does not learn"""

    PretrainedModel = model(gradients=_first_layer_frozen_gradients)


def _no_module_accepted_load(self, handle):
    if not Path(handle).exists():
        return [], np.zeros([1, 2], np.float32)
    return right.load_embedding(handle)


@rival
class saved_elsewhere:
    """the embedding saved beside the directory that is named"""

    @staticmethod
    def save_embedding(directory, words, vectors):
        return right.save_embedding(f"{directory}_1", words, vectors)


@rival
class no_module_accepted:
    """an untrained embedding where the handle leads nowhere"""

    PretrainedModel = model(load=_no_module_accepted_load)


def _damage_accepted_load(self, handle):
    try:
        return right.load_embedding(handle)
    except ValueError:
        if not Path(handle).exists():
            raise
        return [], np.zeros([1, 2], np.float32)


@rival
class damage_accepted:
    """an untrained embedding where the module is damaged"""

    PretrainedModel = model(load=_damage_accepted_load)


@rival
class too_few_vectors_accepted:
    """vectors without a row for other words filled up with zeros"""

    @staticmethod
    def save_embedding(directory, words, vectors):
        if len(vectors) <= len(words):
            vectors = np.pad(vectors, [(0, len(words) + 1 - len(vectors)), (0, 0)])
        return right.save_embedding(directory, words, vectors)


@rival
class texts_cleaned_in_place:
    """the texts overwritten with what is left of them without punctuation"""

    class PretrainedModel(right.PretrainedModel):
        def __call__(self, texts):
            outputs = super().__call__(texts)
            texts[:] = [self.embedding.plain(text) for text in texts]
            return outputs


globals().update(law_rivals(__name__, "a pretrained model", right.PretrainedModel))


REDUNDANT = {
    "PRE-04": "three words by hand; PRE-05 holds the same equations on more texts"
}
