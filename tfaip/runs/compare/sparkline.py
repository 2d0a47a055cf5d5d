# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Curves of one line of text."""

import math
from collections.abc import Sequence

from tfaip.runs.compare.thinning import evenly

BARS = "▁▂▃▄▅▆▇█"
NO_NUMBER = "✕"


def sparkline(values: Sequence[float], width: int = 24) -> str:
    """Return a small curve of characters, from the smallest to the largest value.

    Args:
        values: The values; those that are not finite are crosses.
        width: How many characters it has at the most.
    """
    shown = evenly(values, width)
    finite = [value for value in shown if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    return "".join(_bar(value, low, high) for value in shown)


def _bar(value: float, low: float, high: float) -> str:
    if not math.isfinite(value):
        return NO_NUMBER
    # halves first: the difference of very large numbers is infinite
    span = high / 2 - low / 2
    share = (value / 2 - low / 2) / span if span > 0 else 0.5
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]
