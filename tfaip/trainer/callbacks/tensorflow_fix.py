# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Kept for programs that import it: Keras 3 needs no correction of TensorFlow."""

import keras


class TensorflowFixCallback(keras.callbacks.Callback):
    """Does nothing."""

    supports_steps_per_call = True
