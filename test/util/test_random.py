# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Seeds: the same seed gives the same numbers everywhere, also the same initial weights."""

import random

import numpy as np

from tfaip.util.random import set_global_random_seed


def draw():
    import keras
    import tensorflow as tf

    layer = keras.layers.Dense(3)
    layer.build((None, 2))
    return [random.random(), np.random.rand(), float(tf.random.uniform([])), layer.get_weights()[0].tolist()]


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    set_global_random_seed(5)
    first = draw()
    set_global_random_seed(6)
    other = draw()
    set_global_random_seed(5)
    assert draw() == first
    assert all(a != b for a, b in zip(first, other, strict=True))


def test_none_changes_nothing():
    random.seed(1)
    expected = random.Random(1).random()
    set_global_random_seed(None)
    assert random.random() == expected
