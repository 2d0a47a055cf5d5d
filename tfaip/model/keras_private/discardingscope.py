# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A scope in which keras variables can be created but not changed."""

from typing import Any

import keras


class DiscardingScope(keras.StatelessScope):
    """Drops what is assigned to keras variables inside of it; all reads see the values of before.

    Keras' own scope keeps the assigned values for later reads, which fails when they were computed in a loop or branch
    (such as the state of a dropout layer in a ``tf.map_fn``) and are read outside of it.
    """

    def add_update(self, update: Any) -> None:
        """Drop the new value of a variable."""
