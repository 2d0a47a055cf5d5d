# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Moving average of the weights during a training."""

from typing import Any

import keras

from tfaip.util.errors import NotSupportedYetError


class EMACallback(keras.callbacks.Callback):
    """Swaps the weights with their moving average for validation and export; not supported yet.

    Raises:
        NotSupportedYetError: Always.
    """

    def __init__(self, optimizer: Any):
        super().__init__()
        raise NotSupportedYetError("The moving average of the weights is not supported yet.", where="EMACallback")
