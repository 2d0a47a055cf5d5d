# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The progress as plain lines, for files and pipes."""

import sys
import time

from tfaip.trainer.display.progress import Progress
from tfaip.trainer.display.view import View
from tfaip.util import shorttext as text


class LineView(View):
    """Prints a line every few seconds and one after each epoch. Facts and end are left to the log.

    Args:
        delta_time: Seconds between two lines.
    """

    def __init__(self, delta_time: float = 5):
        self.delta_time = delta_time
        self._last = 0.0

    def begin_epoch(self, progress: Progress) -> None:
        """Start to wait for the time of the first line."""
        self._last = time.perf_counter()

    def progress(self, progress: Progress) -> None:
        """Print a line if it is time to."""
        now = time.perf_counter()
        if now - self._last >= self.delta_time:
            self._last = now
            left = f", left {text.duration(progress.seconds_left_of_epoch)} / {text.duration(progress.seconds_left)}"
            _print(f"{line(progress)}{left if progress.seconds_left is not None else ''}")

    def end_epoch(self, progress: Progress) -> None:
        """Print the results."""
        mark = ", best" if progress.best.is_new else ""
        _print(f"Epoch {progress.epoch + 1}/{progress.epochs} {line(progress)}{mark}")


def line(progress: Progress) -> str:
    """Return the progress as text: steps, time, values with their change against the best epoch, speed."""
    parts = [f"{progress.step}/{progress.steps}", f"{progress.seconds:.0f}s"]
    for name, value in progress.values.items():
        change = progress.change(name)
        parts.append(f"{name}: {value:.4f}" + ("" if change is None else f" ({text.change(change)})"))
    if progress.samples_per_second is not None:
        parts.append(f"samples/s: {progress.samples_per_second:.1f}")
    if progress.data_wait is not None:
        parts.append(f"data_wait: {progress.data_wait:.4f}")
    if progress.skipped_samples:
        parts.append(f"skipped_samples: {progress.skipped_samples}")
    return " - ".join(parts)


def _print(content: str) -> None:
    sys.stdout.write(f"{content}\n")
    sys.stdout.flush()
