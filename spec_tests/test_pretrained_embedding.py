"""The pretrained embedding: the clauses of contracts/pretrained_embedding.py."""

import functools
import shutil
import tempfile
from pathlib import Path

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.oracles import pretrained_embedding as oracle
from spec_tests.tolerances import LOSS, RECURRENT
from touchstone import agrees, array, captured, equals, guard, holds, probe, refuses

WORDS = [b"good", b"film", b"bad", b"goodfilm", b"The", b"the", b"$5"]
N_OOV, E, U = 3, 2, 5
VECTORS = witnesses.normal(41, len(WORDS) + N_OOV, E)
SHAPES = {
    "dense_1/kernel": (E, U),
    "dense_1/bias": (U,),
    "dense_2/kernel": (U, 1),
    "dense_2/bias": (1,),
}
WEIGHTS = {"embedding/embeddings": VECTORS} | witnesses.weights(116, SHAPES)
TEXTS = np.array([b"good-film!", b"bad"], object)
BATCHES = [
    (np.array([b"good film", b"bad", b"good"], object), np.array([1, 0, 1])),
    (
        np.array([b"goodfilm film", b"good bad bad", b"film"], object),
        np.array([0, 1, 1]),
    ),
]


def saved(component, folder, words=WORDS, vectors=VECTORS) -> str:
    return component.save_embedding(
        directory=str(Path(folder) / "module"), words=list(words), vectors=vectors
    )


def loaded(component, units=U, trainable_embedding=False, **saving):
    with tempfile.TemporaryDirectory() as folder:
        handle = saved(component, folder, **saving)
        return component.PretrainedModel(
            handle=handle, units=units, trainable_embedding=trainable_embedding
        )


def run(component, texts, weights=WEIGHTS, **options) -> np.ndarray:
    model = loaded(component, **options)
    model.set_named_weights(weights)
    return array(model(np.array(texts, object)))


@probe
def predict(implementation):
    return functools.partial(run, implementation.pretrained_embedding)


expected = functools.partial(run, oracle)


def trained(component, **options) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses of two steps, and the embeddings after them."""
    model = loaded(component, **options)
    model.set_named_weights(WEIGHTS)
    losses = [float(model.train_step(model.place(batch))) for batch in BATCHES]
    return np.array(losses), array(model.named_weights()["embedding/embeddings"])


@functools.cache
def trained_oracle(trainable_embedding: bool):
    return trained(oracle, trainable_embedding=trainable_embedding)


def sizes(model, names) -> int:
    weights = model.named_weights()
    return sum(np.size(weights[name]) for name in names)


@captured
def test_chapter_parameters(implementation):
    """PRE-01. On 50 frozen dims, 128 units have 6,657 trainable parameters. [G19]"""
    vectors = witnesses.normal(43, 4, 50)
    model = loaded(
        implementation.pretrained_embedding, units=128, words=WORDS[:3], vectors=vectors
    )
    equals(sizes(model, model.trainable_names()), 6657, what="the number of parameters")


def test_starts_from_the_saved_vectors(implementation):
    """PRE-02. The embedding starts as it was saved. [G19]"""
    found = loaded(implementation.pretrained_embedding).named_weights()
    equals(array(found["embedding/embeddings"]), VECTORS, what="the embeddings")


def test_gives_back_its_weights(implementation):
    """PRE-03. The model gives back the weights that were set. [house]"""
    model = loaded(implementation.pretrained_embedding)
    weights = WEIGHTS | {"embedding/embeddings": VECTORS[::-1].copy()}
    model.set_named_weights(weights)
    found = model.named_weights()
    equals(sorted(found), sorted(weights), what="the names of the weights")
    for name, value in weights.items():
        equals(array(found[name]), value, what=name)


def test_three_words_by_hand(predict):
    """PRE-04. Three words and two units are worked by hand. [E19, G19]"""
    weights = {
        "embedding/embeddings": [[0.6], [1.0], [-0.3], [7.0]],
        "dense_1/kernel": [[0.9, -1.2]],
        "dense_1/bias": [-0.2, 0.1],
        "dense_2/kernel": [[1.5], [2.0]],
        "dense_2/bias": [-0.7],
    }
    weights = {name: np.array(value, np.float32) for name, value in weights.items()}
    vectors = weights["embedding/embeddings"]
    options = {"words": WORDS[:3], "vectors": vectors, "units": 2}
    found = predict([b"good film bad"], weights, **options)
    agrees(found, [[0.5033124]], RECURRENT)  # 28 digits of decimal


def test_texts_of_several_lengths(predict):
    """PRE-05. Texts of one to four words in one batch follow the equations. [E19]"""
    texts = [b"good film", b"bad", b"goodfilm bad bad good", b"film film goodfilm"]
    agrees(predict(texts), expected(texts), RECURRENT)


def test_punctuation_is_taken_out(predict):
    """PRE-06. What only punctuation separates joins. [E19]"""
    texts = [b"good-film!", "«goodfilm»".encode(), b"(good) film...", b"t'he"]
    plain = [b"goodfilm", b"goodfilm", b"good film", b"the"]
    agrees(predict(texts), expected(plain), RECURRENT)


def test_symbols_stay(predict):
    """PRE-07. Signs that are no punctuation, as $ and digits, stay. [E19]"""
    agrees(predict([b"$5", b"film $5"]), expected([b"$5", b"film $5"]), RECURRENT)


def test_case_stays(predict):
    """PRE-08. Words that differ in case are different words. [E19]"""
    agrees(predict([b"the", b"The"]), expected([b"the", b"The"]), RECURRENT)


def test_other_words_have_hashed_rows(predict):
    """PRE-09. Other words read the rows after the words', by fingerprint. [E19, F14]"""
    texts = [b"wonderful", b"slow", b"plot"]  # buckets 0, 1 and 2 of TensorFlow's
    rows = VECTORS[[7, 8, 9, 3, 4, 5, 6, 7, 8, 9]]  # read by the first three words
    right = expected(WORDS[:3], WEIGHTS | {"embedding/embeddings": rows})
    agrees(predict(texts), right, RECURRENT)


def test_empty_text(predict):
    """PRE-10. A text without words, or of punctuation, reads one row. [E19]"""
    agrees(predict([b"", b"good", b"..."]), expected([b"", b"good", b""]), RECURRENT)


def test_two_spaces(predict):
    """PRE-11. Between two spaces stands the empty word, which counts. [E19]"""
    agrees(
        predict([b"good  film", b" bad"]), expected([b"good  film", b" bad"]), RECURRENT
    )


def test_survives_a_move(implementation):
    """PRE-12. A saved embedding is loaded from wherever it was moved. [house]"""
    component = implementation.pretrained_embedding
    with tempfile.TemporaryDirectory() as folder:
        handle = shutil.move(saved(component, folder), Path(folder) / "moved")
        model = component.PretrainedModel(handle=str(handle), units=U)
        model.set_named_weights(WEIGHTS)
        found = array(model(np.array([b"good film", b"odd"], object)))
    agrees(found, expected([b"good film", b"odd"]), RECURRENT)


def test_training_steps(implementation):
    """PRE-13. A step of Adam on texts leads to these losses. [K14]"""
    found, _ = trained(implementation.pretrained_embedding)
    agrees(found, trained_oracle(False)[0], LOSS, what="the losses")


def test_embedding_is_frozen(implementation):
    """PRE-14. Unless asked for, training leaves the embedding as it was. [G19]"""
    _, found = trained(implementation.pretrained_embedding)
    equals(found, VECTORS, what="the embeddings")


def test_embedding_trains_where_asked_for(implementation):
    """PRE-15. Where asked for, training moves the embedding, too. [E19, K14]"""
    component = implementation.pretrained_embedding
    _, found = trained(component, trainable_embedding=True)
    agrees(found, trained_oracle(True)[1], RECURRENT, what="the embeddings")


def test_names_what_trains(implementation):
    """PRE-16. A trainable embedding stands among the trainable names. [house]"""
    model = loaded(implementation.pretrained_embedding, trainable_embedding=True)
    equals(sorted(model.trainable_names()), sorted(WEIGHTS), what="the trainable names")


def test_saves_where_it_is_told(implementation):
    """PRE-20. An embedding is saved in the directory that is named. [house]"""
    with tempfile.TemporaryDirectory() as folder:
        saved(implementation.pretrained_embedding, folder)
        named = Path(folder) / "module"
        files = [path.name for path in named.rglob("*") if path.is_file()]
    holds(bool(files), "files in the directory", files)


@guard
def test_refuses_an_unreachable_handle(implementation):
    """PRE-17. A handle that leads nowhere is refused. [house]"""
    build = implementation.pretrained_embedding.PretrainedModel
    with tempfile.TemporaryDirectory() as folder:
        nowhere = str(Path(folder) / "nowhere")
        refuses(lambda: build(handle=nowhere, units=U), "handle", nowhere)


def test_refuses_a_damaged_module(implementation):
    """PRE-18. A saved embedding whose files are damaged is refused. [house]"""
    component = implementation.pretrained_embedding
    with tempfile.TemporaryDirectory() as folder:
        handle = saved(component, folder)
        for path in filter(Path.is_file, Path(handle).rglob("*")):
            path.write_bytes(b"damaged")
        refuses(
            lambda: component.PretrainedModel(handle=handle, units=U), "handle", handle
        )


@guard
def test_refuses_too_few_vectors(implementation):
    """PRE-19. Vectors without a row for other words are refused. [house]"""
    component = implementation.pretrained_embedding
    with tempfile.TemporaryDirectory() as folder:
        short = VECTORS[: len(WORDS)]
        refuses(lambda: saved(component, folder, vectors=short), "vectors", len(WORDS))


def test_leaves_its_arguments(implementation):
    """PRE-21. No call or step of a pretrained model changes an argument. [house]"""
    model = loaded(implementation.pretrained_embedding)
    laws.leaves_arguments(model, TEXTS)
    laws.leaves_arguments(
        lambda batch: model.train_step(model.place(batch)), BATCHES[0]
    )


def test_copies_weights_in(implementation):
    """PRE-22. A pretrained model copies the weights that it is given. [house]"""
    model = loaded(implementation.pretrained_embedding)
    laws.copies_in(model, WEIGHTS, lambda: model(TEXTS), RECURRENT)


def test_copies_weights_out(implementation):
    """PRE-23. A pretrained model gives out copies of its weights. [house]"""
    model = loaded(implementation.pretrained_embedding, trainable_embedding=True)
    step = functools.partial(model.train_step, model.place(BATCHES[0]))
    laws.copies_out(model, WEIGHTS, step)


def test_keeps_its_results(implementation):
    """PRE-24. A result of a pretrained model is not changed by later calls. [house]"""
    model = loaded(implementation.pretrained_embedding)
    model.set_named_weights(WEIGHTS)
    laws.keeps_results(lambda: model(TEXTS), lambda: model(TEXTS[::-1].copy()))
