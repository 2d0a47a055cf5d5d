# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Fewer points of a curve that has too many to be drawn."""

import math
from collections.abc import Sequence
from typing import List, TypeVar

from tfaip.runs.reading.curves import Point

T = TypeVar("T")


def evenly(items: Sequence[T], count: int) -> List[T]:
    """Return at most ``count`` items at even distances, with the first and the last one."""
    if len(items) <= count or count < 2:
        return list(items[-count:]) if count < 2 else list(items)
    step = (len(items) - 1) / (count - 1)
    return [items[round(index * step)] for index in range(count)]


def with_extremes(points: Sequence[Point], count: int) -> List[Point]:
    """Return about ``count`` points at the most that keep the peaks of a curve: of each part the lowest and highest."""
    if len(points) <= count:
        return list(points)
    parts = max(1, count // 2)
    size = math.ceil(len(points) / parts)
    kept: List[Point] = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        # first, so that min and max need not order what is no number
        chosen = {0} if start == 0 else set()
        finite = [index for index, point in enumerate(part) if math.isfinite(point.value)]
        if finite:
            chosen.add(min(finite, key=lambda index: part[index].value))
            chosen.add(max(finite, key=lambda index: part[index].value))
        else:
            chosen.add(0)
        kept += [part[index] for index in sorted(chosen)]
    return kept if kept[-1] == points[-1] else [*kept, points[-1]]
