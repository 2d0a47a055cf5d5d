# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Splitting the logs of an epoch by the data that they were computed on."""

from typing import Any, Dict, Optional

import keras

TRAIN_PREFIX = ""


class ExtractLogsCallback(keras.callbacks.Callback):
    """First callback of a training: removes helper values from the logs and keeps what is no plain number.

    After an epoch, ``extracted_logs`` holds arrays and bytes (for TensorBoard only), which are taken out of the logs,
    and ``shadow_logs`` a copy of all logs.

    Args:
        test_prefix: Prefix of validation values.
    """

    supports_steps_per_call = True

    def __init__(self, test_prefix: str = "val_"):
        super().__init__()
        self.test_prefix = test_prefix
        self.extracted_logs: Dict[str, Any] = {}
        self.shadow_logs: Dict[str, Any] = {}

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Forget the values of the last epoch."""
        self.extracted_logs = {}
        self.shadow_logs = {}

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Take what is no number out of the logs."""
        if logs is None:
            return
        self.shadow_logs = dict(logs)
        for name in [name for name, value in logs.items() if not is_number(value)]:
            self.extracted_logs[name] = logs.pop(name)
        for name in [name for name in logs if name in ("count", f"{self.test_prefix}count")]:
            del logs[name]


def is_number(value: Any) -> bool:
    """Tell whether a logged value is one number, and neither an array nor bytes."""
    if isinstance(value, (bytes, str)):
        return False
    shape = getattr(value, "shape", ())
    return tuple(shape) == () and getattr(getattr(value, "dtype", None), "kind", "f") not in "SUO"
