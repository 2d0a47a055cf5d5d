# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The order of the rows of a table of runs."""

import math
from collections.abc import Sequence
from typing import Any, List, Tuple

from tfaip.runs.reading.summary import RunSummary
from tfaip.runs.table.columns import Column


def in_order(runs: Sequence[RunSummary], column: Column, reverse: bool = False) -> List[RunSummary]:
    """Return runs in the order of a column; those without a value, or with NaN, come last.

    A value that tells the best model has the best one first, all else the smallest one.

    Args:
        runs: The runs.
        column: The column.
        reverse: Whether the order is the other way round.
    """
    values = [(column.get(run), run) for run in runs]
    present = [(value, run) for value, run in values if not _is_missing(value)]
    missing = [run for value, run in values if _is_missing(value)]
    is_reversed = reverse != _largest_first(runs, column)
    present.sort(key=lambda pair: _key(pair[0]), reverse=is_reversed)
    return [run for _, run in present] + missing


def _largest_first(runs: Sequence[RunSummary], column: Column) -> bool:
    modes = [run.primary.mode for run in runs if run.primary and column.name in ("best", run.primary.name)]
    return modes.count("max") > len(modes) / 2


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _key(value: Any) -> Tuple[int, float, str]:
    if isinstance(value, (int, float)):
        return 0, float(value), ""
    return 1, 0.0, str(value).lower()
