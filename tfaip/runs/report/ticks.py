# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where an axis has its marks."""

import math
from typing import List, NamedTuple

_MAX_RATIO = 100.0


class Axis(NamedTuple):
    """An axis.

    Attributes:
        low: The value at its beginning.
        high: The value at its end.
        ticks: The values with marks.
        is_log: Whether equal distances are equal ratios.
    """

    low: float
    high: float
    ticks: List[float]
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return where a value is, from 0 to 1."""
        if self.is_log:
            place = (math.log10(value) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        else:
            place = (value - self.low) / (self.high - self.low)
        # the axis is shorter than the largest distance of numbers
        return min(1.0, max(0.0, place))


def axis_of(values: List[float], count: int = 5, may_be_log: bool = False) -> Axis:
    """Return the axis for values.

    Args:
        values: The values, all of them finite.
        count: About how many marks it has.
        may_be_log: Whether it is logarithmic if the values lie far apart.
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    if may_be_log and low > 0 and high / low > _MAX_RATIO:
        return _log_axis(low, high)
    if low == high:
        margin = abs(low) * 0.1 or 1.0
        low, high = low - margin, high + margin
    if not math.isfinite(high - low):
        low, high = max(low, -1e300), min(high, 1e300)
    step = _step((high - low) / count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return Axis(low, high, [number * step for number in range(first, last + 1)][: 4 * count])


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= least), 10 * power)


def _log_axis(low: float, high: float) -> Axis:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = math.ceil((last - first) / 6)
    ticks = [10.0**power for power in range(first, last + 1, every)]
    return Axis(low, high, [tick for tick in ticks if low <= tick <= high], is_log=True)
