# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a prediction shows while it runs."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Optional, Tuple, TypeVar

T = TypeVar("T")


class ProgressBar:
    """A bar with samples per second and the number of skipped samples; nothing where the output is no terminal.

    Args:
        total: Number of samples if it is known.
        is_wanted: Whether there shall be a bar.
        n_skipped: Returns the number of samples that were skipped so far.
    """

    def __init__(self, total: Optional[int], is_wanted: bool, n_skipped: Callable[[], int] = lambda: 0):
        self._total = total
        self._is_shown = is_wanted and sys.stderr is not None and sys.stderr.isatty()
        self._n_skipped = n_skipped
        self._last_skipped = 0
        self._bar: Any = None

    def __enter__(self) -> "ProgressBar":
        if self._is_shown:
            # imported late: who predicts single samples sees no bar
            from tqdm import tqdm

            self._bar = tqdm(total=self._total, desc="Prediction", unit=" samples")
        return self

    def __exit__(self, *args: object) -> None:
        if self._bar is not None:
            self._show_skipped()
            self._bar.close()

    def update(self, n_samples: int = 1) -> None:
        """Count samples."""
        if self._bar is not None:
            self._show_skipped()
            self._bar.update(n_samples)

    def _show_skipped(self) -> None:
        n_skipped = self._n_skipped()
        if n_skipped != self._last_skipped:
            self._last_skipped = n_skipped
            self._bar.set_postfix(skipped=n_skipped, refresh=False)


def timed(values: Iterable[T]) -> Iterator[Tuple[T, float]]:
    """Yield values with the seconds that it took to get each of them."""
    iterator = iter(values)
    while True:
        start = time.perf_counter()
        try:
            value = next(iterator)
        except StopIteration:
            return
        yield value, time.perf_counter() - start
