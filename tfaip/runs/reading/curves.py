# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values of a run as curves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Tuple

from tfaip.runs.format.metrics import Level, Values
from tfaip.runs.format.names import full_name


class Point(NamedTuple):
    """A value: the steps and epochs that were done, when it was, and the value."""

    step: int
    epoch: float
    t: float
    value: float


@dataclass
class Curve:
    """The values of one name.

    Attributes:
        name: The name in the logs, such as ``val_acc``.
        split: ``train``, ``val``, or ``lav0`` and so on.
        level: Whether they are of steps or of epochs.
        points: The values, in the order of their steps.
    """

    name: str
    split: str
    level: Level
    points: List[Point] = field(default_factory=list)

    @property
    def values(self) -> List[float]:
        """The values alone."""
        return [point.value for point in self.points]


def curves_of(values: Iterable[Values]) -> Dict[Tuple[str, Level], Curve]:
    """Return the curves of a run by the names of their values and by their level.

    Where there are several values of one step, such as those of an epoch that was validated again, the last one counts.
    """
    found: Dict[Tuple[str, Level], Curve] = {}
    points: Dict[Tuple[str, Level], Dict[int, Point]] = {}
    for entry in values:
        for short, value in entry.m.items():
            name = full_name(entry.split, short)
            key = (name, entry.level)
            if key not in found:
                found[key] = Curve(name, entry.split, entry.level)
            points.setdefault(key, {})[entry.step] = Point(entry.step, entry.epoch, entry.t, value)
    for key, curve in found.items():
        curve.points = [points[key][step] for step in sorted(points[key])]
    return found


def epoch_curves(values: Iterable[Values]) -> Dict[str, Curve]:
    """Return one curve for each name: that of the epochs, or that of the steps where there is none."""
    found: Dict[str, Curve] = {}
    for (name, level), curve in curves_of(values).items():
        if name not in found or level is Level.EPOCH:
            found[name] = curve
    return found
