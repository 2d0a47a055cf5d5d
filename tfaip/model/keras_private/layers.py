# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The layers inside of a layer."""

from typing import List

import keras


def all_layers(layer: keras.layers.Layer) -> List[keras.layers.Layer]:
    """Return a layer and all layers inside of it, at any depth."""
    return list(layer._flatten_layers(include_self=True, recursive=True))


def direct_layers(layer: keras.layers.Layer) -> List[keras.layers.Layer]:
    """Return the layers that a layer holds itself."""
    return list(layer._flatten_layers(include_self=False, recursive=False))
