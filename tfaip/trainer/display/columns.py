# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which values are shown where there is no room for all."""

import functools
from collections.abc import Callable
from typing import List, NamedTuple, Set, Tuple

from tfaip.trainer.display.progress import Progress
from tfaip.util import shorttext as text

TOTAL_LOSS = "loss"
# the same number as the loss, by a name of tfaip 1.2
LEFT_OUT = ("loss/mean_epoch", "val_loss/mean_epoch")
VALUE_WIDTH = 9
GAP = "  "


def shown_values(progress: Progress) -> List[str]:
    """Return the names of the values for the live line: the loss, and what the best model is told by."""
    monitor = progress.best.monitor.removeprefix("val_")
    return [name for name in dict.fromkeys([TOTAL_LOSS, monitor]) if name in progress.values]


class _Column(NamedTuple):
    """A column of the table: its title, its width, and what it shows."""

    title: str
    width: int
    cell: Callable[[Progress], str]


class EpochTable:
    """A table that gets a row for each epoch; its columns are chosen by the width of the terminal."""

    def __init__(self) -> None:
        self._columns: List[_Column] = []
        self._known: Set[str] = set()
        self._width = 0

    def lines(self, progress: Progress, width: int) -> Tuple[str, str]:
        """Return the header, empty if the columns are those of the row before, and the row."""
        is_new = width != self._width or not self._known.issuperset(progress.values)
        if is_new:
            self._width = width
            self._known |= set(progress.values)
            self._columns = _choose(progress, width)
        header = GAP.join(column.title.rjust(column.width) for column in self._columns)
        row = GAP.join(column.cell(progress).rjust(column.width) for column in self._columns)
        return header if is_new else "", row


def _choose(progress: Progress, width: int) -> List[_Column]:
    n_digits = len(str(progress.epochs))
    first = _Column("epoch", max(5, 2 * n_digits + 1), _epoch)
    last = [_Column("time", 7, _time), _Column("samples/s", 9, _rate), _Column("data wait", 9, _wait)]
    last.append(_Column("best", 18, _best))
    left = width - sum(column.width + len(GAP) for column in (first, *last))
    values: List[_Column] = []
    for name in _by_importance(progress):
        column = _Column(name, max(VALUE_WIDTH, len(name)), functools.partial(_value, name))
        left -= column.width + len(GAP)
        if left < 0 and values:
            break
        values.append(column)
    return [first, *values, *last]


def _by_importance(progress: Progress) -> List[str]:
    monitor = progress.best.monitor
    first = [monitor, f"val_{TOTAL_LOSS}", monitor.removeprefix("val_"), TOTAL_LOSS]
    names = [name for name in dict.fromkeys([*first, *progress.values]) if name in progress.values]
    return [name for name in names if name not in LEFT_OUT or name == monitor]


def _epoch(progress: Progress) -> str:
    return f"{progress.epoch + 1}/{progress.epochs}"


def _value(name: str, progress: Progress) -> str:
    return text.number(progress.values[name]) if name in progress.values else ""


def _time(progress: Progress) -> str:
    return text.duration(progress.seconds)


def _rate(progress: Progress) -> str:
    rate = progress.samples_per_second
    return "" if rate is None else f"{rate:,.0f}" if rate >= 10 else f"{rate:.2f}"


def _wait(progress: Progress) -> str:
    return "" if progress.data_wait is None else text.share(progress.data_wait)


def _best(progress: Progress) -> str:
    best = progress.best
    if best.value is None:
        return ""
    if best.is_new:
        return "now" if best.before is None else f"now ({text.change(best.value - best.before)})"
    return text.number(best.value) + ("" if best.epoch is None else f" (epoch {best.epoch + 1})")
