# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Tables and values as text for people."""

import math
import time
from collections.abc import Collection, Sequence
from typing import Any, List, Optional

from tfaip.util.plaintext import without_controls
from tfaip.util.shorttext import duration, number

NOTHING = "-"


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = (), widest: Optional[int] = None) -> List[str]:
    """Return the lines of a table.

    Args:
        rows: The cells of each row; all have the same number.
        right: The columns whose cells end at the same place.
        widest: How many characters a cell has at the most.
    """
    cells = [[_cut(without_controls(cell, line_breaks=False), widest) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        parts = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(parts).rstrip())
    return lines


def _cut(text: str, widest: Optional[int]) -> str:
    return text if widest is None or len(text) <= widest else f"{text[: widest - 1]}…"


def show_time(seconds: Optional[float]) -> str:
    """Return a time of this machine's zone, to the minute."""
    if not seconds or not math.isfinite(seconds):
        return NOTHING
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):
        return NOTHING


def show_duration(seconds: Optional[float]) -> str:
    """Return a duration, such as ``2:03:04``."""
    return NOTHING if seconds is None or not math.isfinite(seconds) else duration(seconds)


def show_share(value: Optional[float]) -> str:
    """Return a share of 1 in percent; less than all is never 100 %."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return f"{100 if value >= 1 else min(99, max(0, math.floor(100 * value)))} %"


def show_number(value: Optional[float]) -> str:
    """Return a value of a metric."""
    return NOTHING if value is None else number(value)


def show_any(value: Any) -> str:
    """Return a value of any kind."""
    if value is None:
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ", ".join(map(show_any, value)) if isinstance(value, (list, tuple)) else str(value)
    return str(value) if isinstance(value, int) else f"{value:g}"
