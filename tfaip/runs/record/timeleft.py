# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How long a training will take, from how long its steps and what comes between its epochs have taken lately."""

import math
import time
from dataclasses import dataclass
from typing import Callable, Dict, Optional

from tfaip.runs.format.status import Phase

# the past counts the less the longer ago it is: by 1/e after this many seconds of steps
STEPS_WINDOW_SECONDS = 120.0
# the same for what happens once in an epoch, in epochs
EPOCHS_WINDOW = 4.0


@dataclass(frozen=True)
class Plan:
    """What a training is going to do.

    Attributes:
        epochs: Number of its epochs.
        steps: Number of steps of an epoch.
        val_every_n: It validates after every n-th epoch and the last one; 0 for never.
        lav_every_n: It loads and validates after every n-th epoch (counted from 0) and the last one; 0 for never.
        lav_min_epoch: The first epoch (from 0) of load-and-validate.
    """

    epochs: int
    steps: int
    val_every_n: int = 1
    lav_every_n: int = 0
    lav_min_epoch: int = 0

    def to_come(self, phase: Phase, epoch: int) -> int:
        """Return how often a phase is to come from the end of an epoch on (counted from 0, itself included)."""
        if epoch >= self.epochs:
            return 0
        if phase is Phase.VALIDATION:
            return self._validations(epoch)
        return self._evaluations(epoch) if phase is Phase.EVALUATION else self.epochs - epoch

    def _validations(self, epoch: int) -> int:
        n = self.val_every_n
        if n <= 0:
            return 0
        return self.epochs // n - epoch // n + int(self.epochs % n != 0)

    def _evaluations(self, epoch: int) -> int:
        n, last = self.lav_every_n, self.epochs - 1
        if n <= 0 or last < self.lav_min_epoch:
            return 0
        first = math.ceil(max(epoch, self.lav_min_epoch) / n) * n
        return len(range(first, self.epochs, n)) + int(last % n != 0)


class Average:
    """A mean in which the past counts the less the longer ago it is.

    Args:
        window: The weight after which it counts by 1/e.
    """

    def __init__(self, window: float):
        self._window = window
        self._sum = 0.0
        self._weight = 0.0

    def add(self, total: float, count: float, weight: float) -> None:
        """Add what ``count`` things took together.

        Args:
            total: What they took.
            count: How many they were.
            weight: By how much the past fades with it.
        """
        fading = math.exp(-weight / self._window)
        self._sum = self._sum * fading + total
        self._weight = self._weight * fading + count

    @property
    def value(self) -> Optional[float]:
        """The mean; None if there is none yet."""
        return self._sum / self._weight if self._weight > 0 else None


class TimeLeft:
    """Estimates how long a training will take.

    Args:
        plan: What the training is going to do.
        clock: Returns seconds.
    """

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.monotonic):
        self._plan = plan
        self._clock = clock
        self._step_seconds = Average(STEPS_WINDOW_SECONDS)
        self._overheads: Dict[Phase, Average] = {phase: Average(EPOCHS_WINDOW) for phase in Phase}
        self._epoch, self._step = 0, 0
        self._phase = Phase.TRAINING
        self._entered = self._mark = clock()
        self._mark_step = 0
        self._spent: Dict[Phase, float] = {}
        self._is_first_call = True

    def begin_epoch(self, epoch: int, step: int) -> None:
        """Begin or go on with an epoch (counted from 0), of which some steps are done."""
        self._finish_epoch()
        self._epoch, self._step = epoch, step
        self._mark, self._mark_step = self._clock(), step

    def steps_done(self, step: int) -> None:
        """Take note of the number of steps that are done of the epoch."""
        now = self._clock()
        # the first call builds the graph and starts the workers: it tells nothing about the others
        if not self._is_first_call and step > self._mark_step:
            self._step_seconds.add(now - self._mark, step - self._mark_step, now - self._mark)
        self._is_first_call = False
        self._mark, self._mark_step, self._step = now, step, step
        self._entered = now

    def enter(self, phase: Phase) -> None:
        """Begin another phase after the steps of an epoch."""
        now = self._clock()
        self._spent[self._phase] = self._spent.get(self._phase, 0.0) + now - self._entered
        self._phase, self._entered = phase, now

    def left(self) -> Optional[float]:
        """Return the seconds until the end of the training; None if not known yet."""
        step_seconds = self._step_seconds.value
        if step_seconds is None:
            return None
        plan = self._plan
        steps = (plan.epochs - self._epoch) * plan.steps - self._step
        overheads = sum(
            plan.to_come(phase, self._epoch) * (average.value or 0.0) for phase, average in self._overheads.items()
        )
        spent = sum(self._spent.values()) + (self._clock() - self._entered if self._step >= plan.steps else 0.0)
        of_this_epoch = sum(
            average.value or 0.0
            for phase, average in self._overheads.items()
            if plan.to_come(phase, self._epoch) > plan.to_come(phase, self._epoch + 1)
        )
        return max(0.0, steps * step_seconds + overheads - min(spent, of_this_epoch))

    def _finish_epoch(self) -> None:
        self.enter(Phase.TRAINING)
        for phase in self._overheads:
            if self._spent.get(phase, 0.0) > 0 and self._is_due(phase):
                self._overheads[phase].add(self._spent[phase], 1, 1)
        self._spent = {}

    def _is_due(self, phase: Phase) -> bool:
        # load-and-validate that is not due takes no time, which says nothing about when it is
        plan = self._plan
        return self._step >= plan.steps and plan.to_come(phase, self._epoch) > plan.to_come(phase, self._epoch + 1)
