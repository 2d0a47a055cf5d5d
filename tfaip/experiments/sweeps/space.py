# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values that a parameter of a sweep can have."""

import math
import random
from dataclasses import dataclass
from typing import Any, List, Optional, Tuple, Union

# a step of 0.1 does not reach 0.3 exactly
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Choices:
    """Some values.

    Attributes:
        values: The values as in JSON.
    """

    values: Tuple[Any, ...]

    def points(self) -> List[Any]:
        """Return all values."""
        return list(self.values)

    def sample(self, rng: random.Random) -> Any:
        """Return one of them, each as likely as the others."""
        return self.values[rng.randrange(len(self.values))]


@dataclass(frozen=True)
class Range:
    """Numbers between two others, which are among them.

    Attributes:
        low: The smallest one.
        high: The greatest one.
        step: The distance between two of them; None: any number between.
        log: Whether the numbers from 1 to 10 are as likely as those from 10 to 100.
        count: How many there are, evenly spaced; None: not limited.
        is_int: Whether they are whole numbers.
    """

    low: float
    high: float
    step: Optional[float] = None
    log: bool = False
    count: Optional[int] = None
    is_int: bool = False

    @property
    def is_discrete(self) -> bool:
        """Whether all numbers can be listed."""
        return self.count is not None or self.step is not None or (self.is_int and not self.log)

    @property
    def last(self) -> float:
        """The greatest number that the steps reach."""
        if self.step is None:
            return self.high
        return self.low + math.floor((self.high - self.low) / self.step + _TOLERANCE) * self.step

    def points(self) -> Optional[List[Any]]:
        """Return all numbers in their order, None if they cannot be listed."""
        if self.count is not None:
            return list(dict.fromkeys(self._at(i / max(self.count - 1, 1)) for i in range(self.count)))
        if not self.is_discrete:
            return None
        step = self.step or 1
        n = round((self.last - self.low) / step)
        return [self._number(self.low + i * step) for i in range(n + 1)]

    def sample(self, rng: random.Random) -> Any:
        """Return one of the numbers."""
        if self.count is not None:
            points = self.points() or [self.low]
            return points[rng.randrange(len(points))]
        if self.is_discrete:
            step = self.step or 1
            return self._number(self.low + rng.randrange(round((self.last - self.low) / step) + 1) * step)
        if self.is_int:
            # each whole number gets what rounds to it
            position = math.exp(rng.uniform(math.log(self.low - 0.5), math.log(self.high + 0.5)))
            return int(min(max(round(position), self.low), self.high))
        return self._at(rng.random())

    def _at(self, share: float) -> Any:
        if self.log:
            value = math.exp(math.log(self.low) + share * (math.log(self.high) - math.log(self.low)))
        else:
            value = self.low + share * (self.high - self.low)
        return self._number(min(max(value, self.low), self.high))

    def _number(self, value: float) -> Any:
        # what is shown and written: 0.1 + 2 * 0.1 is 0.3
        return round(value) if self.is_int else float(f"{value:.12g}")


Space = Union[Choices, Range]


def describe(space: Space) -> str:
    """Return a space as the notation of :mod:`tfaip.experiments.sweeps.notation` has it."""
    if isinstance(space, Choices):
        return f"choice({', '.join(map(str, space.values))})"
    extra = "".join(f", {name}={value}" for name, value in (("step", space.step), ("count", space.count)) if value)
    return f"{'loguniform' if space.log else 'uniform'}({space.low}, {space.high}{extra})"
