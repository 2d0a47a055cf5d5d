# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The progress of a training: steps while they run, results after each epoch."""

import math
import time
from typing import TYPE_CHECKING, Any, Dict, Optional

import keras

from tfaip.trainer.callbacks.extract_logs import is_number
from tfaip.trainer.display.progress import Best, Meter
from tfaip.trainer.display.view import View, create_view

if TYPE_CHECKING:
    from tfaip.trainer.callbacks.earlystopping.params import EarlyStoppingParams
    from tfaip.trainer.loop.datawait import DataWait

# nobody sees more; asking for all values takes time
SECONDS_BETWEEN = 0.1


class TFAIPProgbarLogger(keras.callbacks.Callback):
    """Shows epoch, step, losses and metrics of a training, its speed, and how long it takes.

    Args:
        delta_time: Seconds between two lines where the output is no terminal.
        count_mode: Accepted for older programs; steps are counted.
        mode: 1 for a live line, 2 for plain lines. A live line becomes plain lines where the output is no terminal.
        view: Where to show it. Default: the one of ``mode``.
    """

    supports_steps_per_call = True

    def __init__(self, delta_time: float = 5, count_mode: str = "steps", mode: int = 1, view: Optional[View] = None):
        super().__init__()
        self.delta_time = delta_time
        self.count_mode = count_mode
        self.mode = mode
        self.view = view if view is not None else create_view(mode, delta_time)
        self.best = Best()
        self._meter: Optional[Meter] = None
        self._shown_at = -math.inf

    @property
    def meter(self) -> Meter:
        """Measures the progress."""
        if self._meter is None:
            self._meter = Meter(self.params["epochs"], self.params["steps"])
        return self._meter

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Measure anew: a second training with these callbacks may have other epochs."""
        self._meter = None

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Begin to show an epoch."""
        self._shown_at = -math.inf
        self.view.begin_epoch(self.meter.begin_epoch(epoch, self.best))

    def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Show the progress after some steps, if that was not done just before."""
        now = time.perf_counter()
        if now - self._shown_at < SECONDS_BETWEEN and batch + 1 < self.params["steps"]:
            return
        self._shown_at = now
        # beside the logs, whose names belong to the model and to who reads them
        data_wait: Optional[DataWait] = getattr(self.model, "data_wait", None)
        progress = self.meter.steps_done(
            batch + 1,
            getattr(self.model, "n_samples", math.nan),
            _numbers(logs),
            None if data_wait is None else data_wait.share,
            0 if data_wait is None else data_wait.n_skipped,
        )
        self.view.progress(progress)

    def on_test_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Show that the validation begins."""
        self.view.validate(self.meter.now)


class EpochResults(keras.callbacks.Callback):
    """Shows the results of each epoch, with all values that the callbacks before added; to be one of the last.

    Args:
        progress: Shows the steps.
        early_stopping: Knows the best value.
    """

    supports_steps_per_call = True

    def __init__(self, progress: TFAIPProgbarLogger, early_stopping: "EarlyStoppingParams"):
        super().__init__()
        self._progress = progress
        self._early_stopping = early_stopping

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """Take over the best value of a resumed run."""
        self._progress.best = Best(self._early_stopping.monitor or "", self._early_stopping.current)

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Show the results."""
        values = _numbers(logs)
        before, value = self._progress.best, self._early_stopping.current
        if value is not None and value != before.value:
            self._progress.best = Best(before.monitor, value, epoch, True, before.value, values)
        else:
            self._progress.best = Best(before.monitor, before.value, before.epoch, False, None, before.values)
        self._progress.view.end_epoch(self._progress.meter.end_epoch(values, self._progress.best))


def _numbers(logs: Optional[Dict[str, Any]]) -> Dict[str, float]:
    return {name: float(value) for name, value in (logs or {}).items() if is_number(value) and name != "count"}
