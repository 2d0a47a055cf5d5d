# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The generator of ``keras.random`` functions that are called without a seed."""

import keras
from keras.src.random.seed_generator import global_seed_generator


def global_seed_state() -> keras.Variable:
    """Return the variable of its state."""
    return global_seed_generator().state
