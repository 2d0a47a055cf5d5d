# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of several runs side by side."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Dict, List, Optional

from tfaip.runs.format.metrics import Level
from tfaip.runs.format.run import Primary
from tfaip.runs.reading.curves import Curve, Point

Curves = Mapping[str, Curve]


@dataclass
class ValueRow:
    """The values of one name in one run.

    Attributes:
        curve: All of them.
        last: The last one.
        least: The one with the smallest value; None if none is finite.
        largest: The one with the largest value; None if none is finite.
    """

    curve: Curve
    last: Point
    least: Optional[Point]
    largest: Optional[Point]


def value_row(curve: Curve) -> ValueRow:
    """Return what is told of a curve, which has points."""
    finite = [point for point in curve.points if math.isfinite(point.value)]
    least = min(finite, key=lambda point: point.value, default=None)
    largest = max(finite, key=lambda point: point.value, default=None)
    return ValueRow(curve, curve.points[-1], least, largest)


def names_of_values(runs: Sequence[Curves], primaries: Sequence[Optional[Primary]]) -> List[str]:
    """Return the names of the values of runs: those that tell the best model, then those of epochs, then the others.

    Args:
        runs: The curves of each run.
        primaries: What tells the best model of each.
    """
    names: Dict[str, None] = {}
    for primary in primaries:
        if primary is not None and any(primary.name in curves for curves in runs):
            names[primary.name] = None
    for level in (Level.EPOCH, Level.STEP):
        for curves in runs:
            names.update({name: None for name, curve in curves.items() if curve.level is level and curve.points})
    return list(names)
