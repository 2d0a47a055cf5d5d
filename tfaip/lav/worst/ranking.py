# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which samples are the worst ones."""

import heapq
import math
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from tfaip.data.pipeline.definitions import Sample
from tfaip.lav.samplevalues import SampleValues
from tfaip.util.errors import UserValueError, did_you_mean

LOSS = "loss"
HIGHEST, LOWEST = "highest", "lowest"


@dataclass
class WorstSample:
    """A sample and how bad it is.

    Args:
        index: Its position in the evaluated data, from 0 on.
        values: Its losses and metrics, or the values of the evaluator.
        sample: The sample.
    """

    index: int
    values: Dict[str, float]
    sample: Sample = field(repr=False)


@dataclass(frozen=True)
class Criterion:
    """What makes a sample bad.

    Args:
        name: The value that counts.
        highest: Whether the highest value is the worst one, else the lowest.
    """

    name: str
    highest: bool

    def badness(self, value: float) -> float:
        """Return a number that is the higher the worse the value is; what is no number is worst."""
        if math.isnan(value):
            return math.inf
        return value if self.highest else -value


class Ranking:
    """Keeps the worst of all samples that are added.

    Args:
        n: How many.
    """

    def __init__(self, n: int):
        self._n = n
        self._heap: List[Tuple[float, int, WorstSample]] = []

    def add(self, criterion: Criterion, entry: WorstSample) -> None:
        """Take a sample into account. Of equally bad ones the first one is worse."""
        key = (criterion.badness(entry.values[criterion.name]), -entry.index)
        if len(self._heap) < self._n:
            heapq.heappush(self._heap, (*key, _own(entry)))
        elif key > self._heap[0][:2]:
            heapq.heapreplace(self._heap, (*key, _own(entry)))

    def worst_first(self) -> List[WorstSample]:
        """Return the samples."""
        return [entry for _, _, entry in sorted(self._heap, key=lambda item: item[:2], reverse=True)]


def choose_criterion(
    values: SampleValues, by: Optional[str], order: Optional[str], best: Tuple[str, str]
) -> Optional[Criterion]:
    """Return what makes a sample bad.

    Args:
        values: Losses and metrics of a sample.
        by: The name that the user chose. Default: the loss, or else what tells the best model.
        order: "highest" or "lowest" is worst. Default: the highest of losses; of what tells the best model the one that
            is not best.
        best: What tells the best model: "min" or "max", and a name.

    Returns:
        None if the name is none of the losses and metrics: it may be one of the evaluator's.

    Raises:
        UserValueError: There is no default, or it is not known which end is the worst.
    """
    mode, monitor = best
    if by is None:
        by = LOSS if LOSS in values.losses else monitor
        if by not in values.all:
            raise _unknown(by, list(values.all))
    if by not in values.all:
        return None
    return Criterion(by, _is_highest(by, order, by in values.losses, mode if by == monitor else None))


def criterion_of_evaluator(by: str, order: Optional[str], values: Dict[str, Any], model: SampleValues) -> Criterion:
    """Return what makes a sample bad, by a value of the evaluator.

    Raises:
        UserValueError: There is no such number, or it is not known which end is the worst.
    """
    if by not in values:
        raise _unknown(by, [*model.all, *values])
    return Criterion(by, _is_highest(by, order, False, None))


def _is_highest(name: str, order: Optional[str], is_loss: bool, mode: Optional[str]) -> bool:
    if order is not None:
        return order == HIGHEST
    if is_loss or mode is not None:
        return is_loss or mode == "min"
    raise UserValueError(
        f"It is not known whether the highest or the lowest {name} is the worst.",
        where="--worst_order",
        expected=f"{HIGHEST} or {LOWEST}",
        hint=f"--worst_order {LOWEST} if {name} is a rate of what is right, {HIGHEST} if it is one of errors",
    )


def _unknown(name: str, known: List[str]) -> UserValueError:
    return UserValueError(
        "There is no such value of a sample.",
        where="--worst_by",
        expected="one of " + (", ".join(sorted(known)) or "the numbers of the evaluator"),
        got=name,
        hint=did_you_mean(name, known),
    )


def _own(entry: WorstSample) -> WorstSample:
    """Return a copy whose arrays do not keep the batch in memory."""
    sample = entry.sample
    copied = Sample(
        inputs=_copied(sample.inputs),
        targets=_copied(sample.targets),
        outputs=_copied(sample.outputs),
        meta=sample.meta,
    )
    return WorstSample(entry.index, entry.values, copied)


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_copied(item) for item in value)
    return value
