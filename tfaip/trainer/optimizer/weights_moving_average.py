# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The exponential moving average of the weights."""

from typing import TYPE_CHECKING, Any, Optional

from tfaip.util.errors import NotSupportedYetError

if TYPE_CHECKING:
    from keras.optimizers import Optimizer


class WeightsMovingAverage:
    """An optimizer that also averages the weights; not supported yet.

    Args:
        average_decay: Decay of the average.
        optimizer: The optimizer whose updates are averaged.
        **kwargs: Further arguments.

    Raises:
        NotSupportedYetError: Always.
    """

    def __init__(self, average_decay: float = 0.99, optimizer: Optional["Optimizer"] = None, **kwargs: Any):
        del optimizer, kwargs
        raise NotSupportedYetError(
            "The moving average of the weights is not supported yet.",
            where="trainer.ema_decay",
            expected="0",
            got=str(average_decay),
        )
