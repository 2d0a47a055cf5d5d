# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The progress of a benchmark: a table that stays in its place on a terminal, else a line now and then."""

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from tfaip.scripts.inputbenchmark.measuring import Measurement

_SECONDS_ON_TERMINAL = 0.5
_SECONDS_BETWEEN_LINES = 5.0


class Display:
    """Shows the progress on stderr; a context manager."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._interval = _SECONDS_ON_TERMINAL if self._live else _SECONDS_BETWEEN_LINES
        self._next = 0.0
        self._rows: List[Any] = []
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Display":
        if self._live:
            from tqdm.contrib.logging import logging_redirect_tqdm

            self._stack.enter_context(logging_redirect_tqdm())
        return self

    def __exit__(self, *args: object) -> None:
        while self._rows:
            self._rows.pop().close()
        self._stack.close()

    def show(self, measurement: "Measurement") -> None:
        """Show the results so far if it is time for it."""
        now = time.monotonic()
        if not measurement.results.n_batches:
            print(f"first batch after {measurement.first_batch_after:.2f} s", file=sys.stderr, flush=True)
            self._next = now + min(1.0, self._interval)
        elif now >= self._next:
            self._next = now + self._interval
            measurement.update()
            self._show(measurement)

    def _show(self, measurement: "Measurement") -> None:
        results = measurement.results
        line = (
            f"{results.total_time:.0f} s: {results.n_samples:.0f} samples, {results.samples_per_second:.0f} samples/s, "
            f"skipped: {results.skipped_samples}; {results.memory_line()}"
        )
        if not self._live:
            print(line, file=sys.stderr, flush=True)
            return
        for number, text in enumerate([line, *results.table()]):
            if number == len(self._rows):
                self._rows.append(_row(number))
            self._rows[number].set_description_str(text)


def _row(number: int) -> Any:
    from tqdm import tqdm

    return tqdm(total=0, position=number, bar_format="{desc}", leave=False, dynamic_ncols=True, file=sys.stderr)
