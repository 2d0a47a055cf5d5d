# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The results of each epoch in the log."""

from typing import Any, Dict, Optional

import keras

from tfaip.trainer.callbacks.extract_logs import is_number
from tfaip.util.logging import SHOWN, logger

log = logger(__name__)


class LoggerCallback(keras.callbacks.Callback):
    """Logs start and results of each epoch; ``last_logs`` holds the logs of the last one.

    Args:
        is_shown: Whether the terminal shows the results already, so that only files get these lines.
    """

    supports_steps_per_call = True

    def __init__(self, is_shown: bool = False) -> None:
        super().__init__()
        self._extra = {SHOWN: is_shown}
        self.last_logs: Dict[str, Any] = {}

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Log the start of an epoch."""
        log.info("Start of epoch %4d", epoch + 1, extra=self._extra)

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Log the results of an epoch, sorted by name."""
        self.last_logs = dict(logs or {})
        values = [f"{name}: {value:.4f}" for name, value in sorted(self.last_logs.items()) if is_number(value)]
        log.info("Results of epoch %4d %s", epoch + 1, " - ".join(values), extra=self._extra)
