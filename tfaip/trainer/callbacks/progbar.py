# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The progress of a training on the terminal."""

import sys
import time
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

import keras

from tfaip.trainer.callbacks.extract_logs import is_number

if TYPE_CHECKING:
    from tfaip.trainer.loop.datawait import DataWait


class TFAIPProgbarLogger(keras.callbacks.Callback):
    """Shows epoch, step, losses and metrics of a training, and the share of the epoch that waits for data.

    Args:
        delta_time: Seconds between two updates of the lines of mode 2.
        count_mode: Accepted for older programs; steps are counted.
        mode: 1 for a live bar, 2 for plain lines. A live bar becomes plain lines where the output is no terminal.
    """

    supports_steps_per_call = True

    def __init__(self, delta_time: float = 5, count_mode: str = "steps", mode: int = 1):
        super().__init__()
        self.delta_time = delta_time
        self.count_mode = count_mode
        self.mode = mode
        self._bar: Optional[keras.utils.Progbar] = None
        self._last_line = 0.0
        self._epoch_start = 0.0
        self._shown = 0.0

    @property
    def _live(self) -> bool:
        return self.mode == 1 and sys.stdout.isatty()

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Start the bar of an epoch."""
        self._epoch_start = self._last_line = time.perf_counter()
        self._shown = 0.0
        if self._live:
            print(f"Epoch {epoch + 1}/{self.params['epochs']}")  # noqa: T201
            self._bar = keras.utils.Progbar(
                self.params["steps"], stateful_metrics=_All(), unit_name="step", verbose=1, interval=0.1
            )

    def on_train_batch_end(self, batch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Show the progress after some steps."""
        now = time.perf_counter()
        if self._bar is not None:
            if now - self._shown >= 0.1:
                self._shown = now
                # the last update is left to the end of the epoch, which knows the validation
                self._bar.update(batch + 1, self._numbers(logs), finalize=False)
        elif now - self._last_line >= self.delta_time:
            self._last_line = now
            self._print_line(batch + 1, logs)

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """Show the results of the epoch."""
        if self._bar is not None:
            self._bar.update(self.params["steps"], self._numbers(logs), finalize=True)
            self._bar = None
        else:
            print(f"Epoch {epoch + 1}/{self.params['epochs']}", end=" ")  # noqa: T201
            self._print_line(self.params["steps"], logs)

    def _print_line(self, step: int, logs: Optional[Dict[str, Any]]) -> None:
        seconds = time.perf_counter() - self._epoch_start
        values = " - ".join(f"{name}: {value:.4f}" for name, value in self._numbers(logs))
        print(f"{step}/{self.params['steps']} - {seconds:.0f}s - {values}", flush=True)  # noqa: T201

    def _numbers(self, logs: Optional[Dict[str, Any]]) -> List[Tuple[str, float]]:
        numbers = [(name, float(value)) for name, value in (logs or {}).items() if is_number(value) and name != "count"]
        # beside the logs, whose names belong to the model and to who reads them
        data_wait: Optional[DataWait] = getattr(self.model, "data_wait", None)
        if data_wait is not None and data_wait.share is not None:
            numbers.append(("data_wait", data_wait.share))
        if data_wait is not None and data_wait.n_skipped:
            numbers.append(("skipped_samples", float(data_wait.n_skipped)))
        return numbers


class _All:
    """A container that contains every name: all shown values are means already."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter(())
