# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Losses of several replicas without Keras' own scaling.

A called ``keras.losses.Loss`` divides its mean by the number of replicas, a loss tensor that a user computes does not.
Inside of :func:`unscaled_losses` neither does, so that the training step can weight all losses alike, by the true
number of samples of each replica.
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from keras.src.losses import loss as keras_loss


class _State(threading.local):
    def __init__(self) -> None:
        self.unscaled = 0


_state = _State()


@contextmanager
def unscaled_losses() -> Iterator[None]:
    """Let keras losses that this thread calls return the plain mean of their replica."""
    _state.unscaled += 1
    try:
        yield
    finally:
        _state.unscaled -= 1


def _install() -> None:
    original = keras_loss.scale_loss_for_distribution
    if getattr(original, "can_be_off", False):
        return

    @functools.wraps(original)
    def scale(value: Any) -> Any:
        return value if _state.unscaled else original(value)

    scale.can_be_off = True  # type: ignore[attr-defined]
    keras_loss.scale_loss_for_distribution = scale


_install()
