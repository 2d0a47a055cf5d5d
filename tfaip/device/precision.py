# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The precision of computations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Optional

from tfaip.util.enum import StrEnum


class Precision(StrEnum):
    """The numbers that layers compute with; weights are kept as float32 in any case."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"

    @property
    def policy(self) -> str:
        """The name of the policy of Keras."""
        return "float32" if self == Precision.FLOAT32 else f"mixed_{self.value}"

    @property
    def needs_loss_scale(self) -> bool:
        """Whether small gradients vanish unless the loss is scaled."""
        return self == Precision.FLOAT16


@contextmanager
def computing_with(precision: Optional[Precision]) -> Iterator[None]:
    """Let the layers that are created in this context compute with a precision; None: with that of Keras."""
    # imported late: workers do without Keras
    import keras

    if precision is None:
        yield
        return
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision.policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
