# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of weights that tell their layers, as they did in Keras 2, where programs look for them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import keras


@contextmanager
def named_by_path(weights: Sequence[keras.Variable]) -> Iterator[None]:
    """Let the names of weights be their paths for a while.

    Args:
        weights: The weights.
    """
    names = [weight._name for weight in weights]
    for weight in weights:
        weight._name = weight.path
    try:
        yield
    finally:
        for weight, name in zip(weights, names, strict=True):
            weight._name = name
