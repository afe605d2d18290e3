"""Fit the chapter's char-RNN on a random batch, so many steps at a time."""

import sys

import numpy as np
import tensorflow as tf

from benchmarks import chapter, worker
from benchmarks.chapter import char_rnn

rng = np.random.RandomState(1)
ids = rng.randint(0, 39, size=[32, 101])
batch = tf.one_hot(ids[:, :-1], 39), tf.constant(ids[:, 1:])
model = char_rnn.CharRNN(vocabulary_size=39, units=128)
versions = {"python": sys.version.split()[0], "tensorflow": tf.__version__}
about = {"versions": versions, "device": chapter.device()}
worker.serve(lambda n: model.timed_fit(batch, n), lambda: about, model.check)
