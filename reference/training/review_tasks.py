"""How the models of movie reviews are trained and evaluated.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis". Its
reviews come in the order of the files, and a new epoch begins where the last one ended,
with the 8 of 25,000 reviews that 781 batches of 32 leave over.
Axes: B batch, T tokens.
"""

import functools
from pathlib import Path

import tensorflow as tf

from reference import reviews, vocabulary
from reference.pretrained_embedding import NNLM, PretrainedModel
from reference.sentiment import (
    ExplicitMaskSentimentModel,
    SentimentModel,
    accuracy,
    batches,
    loss,
)
from reference.training.task import Task

BATCH_SIZE, EVALUATION_BATCH_SIZE = 32, 250
VOCAB_SIZE, N_OOV_BUCKETS, EMBED_SIZE, UNITS = 10_000, 1_000, 128, 128


def load(split: str, data: Path | None):
    """Return a split's texts and labels, from the folder of the corpora if given."""
    return reviews.load(split, None if data is None else data / "tensorflow_datasets")


def vocabulary_of(texts) -> list[bytes]:
    """Return the most frequent tokens of the texts, counted in batches. [G19]"""
    token_batches = tf.data.Dataset.from_tensor_slices(texts).batch(BATCH_SIZE)
    counts = vocabulary.count(token_batches.map(reviews.preprocess).as_numpy_iterator())
    words = vocabulary.truncate(counts, VOCAB_SIZE)
    if words[0] != reviews.PAD:  # the models mask id 0, the first word's
        raise ValueError(
            f"texts must have <pad> as their most frequent, got {words[0]!r}"
        )
    return words


def evaluated(model, test, preprocess) -> dict[str, float]:
    """Return the model's loss and accuracy on all texts and labels of the test."""
    texts, labels = test
    stream = batches(texts, labels, preprocess, batch_size=EVALUATION_BATCH_SIZE)
    predict = tf.function(model.call, reduce_retracing=True)
    steps = stream.take(-(-len(texts) // EVALUATION_BATCH_SIZE))  # rounded up
    probabilities = tf.concat([predict(inputs) for inputs, _ in steps], axis=0)
    probabilities = probabilities[: len(texts)]
    return {
        "test_loss": float(loss(labels, probabilities)),
        "test_accuracy": float(accuracy(labels, probabilities)),
        "test_reviews": len(texts),
    }


def task(model, preprocess, about, train, data, steps_per_epoch) -> Task:
    """Return the task of a model whose inputs `preprocess` makes of texts."""
    texts, labels = train
    stream = batches(texts, labels, preprocess, batch_size=BATCH_SIZE)
    return Task(
        model=model,
        steps_per_epoch=steps_per_epoch or len(texts) // BATCH_SIZE,
        batches=stream.skip,
        about=about,
        metrics={"accuracy": model.seen_accuracy},
        evaluate=lambda: evaluated(model, load("test", data), preprocess),
    )


def sentiment_task(build, data: Path | None, steps_per_epoch: int | None, seed: int):
    """Return the task of a model of word ids, `build` its class."""
    texts, labels = load("train", data)
    words = vocabulary_of(texts)
    table = vocabulary.LookupTable(words, N_OOV_BUCKETS)
    sizes = dict(
        vocabulary_size=VOCAB_SIZE + N_OOV_BUCKETS, embed_size=EMBED_SIZE, units=UNITS
    )
    about = {"model": build.__name__, **sizes, "words": [w.decode() for w in words]}

    def preprocess(texts):
        return table(reviews.preprocess(texts))  # [B, T]

    return task(
        build(**sizes), preprocess, about, (texts, labels), data, steps_per_epoch
    )


def pretrained_task(data: Path | None, steps_per_epoch: int | None, seed: int) -> Task:
    """Return the task of the model on the NNLM embedding: the texts are its inputs."""
    model = PretrainedModel(handle=NNLM, units=UNITS)
    about = {"model": "PretrainedModel", "handle": NNLM, "units": UNITS}
    return task(model, tf.identity, about, load("train", data), data, steps_per_epoch)


masked_task = functools.partial(sentiment_task, SentimentModel)
explicit_mask_task = functools.partial(sentiment_task, ExplicitMaskSentimentModel)
