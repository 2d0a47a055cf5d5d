# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How far a training is, how fast, and how long it will take."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Dict, Optional, Tuple


@dataclass(frozen=True)
class Best:
    """The best value so far of what tells the best model.

    Attributes:
        monitor: The name of the value.
        value: The best value; None if there is none yet.
        epoch: The epoch (from 0) that reached it; None if it was an earlier run that is resumed.
        is_new: Whether the epoch that just ended reached it.
        before: The best value before; None if there was none.
        values: All values of the epoch that reached it.
    """

    monitor: str = ""
    value: Optional[float] = None
    epoch: Optional[int] = None
    is_new: bool = False
    before: Optional[float] = None
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a training is.

    Attributes:
        epoch: Number of finished epochs.
        epochs: Number of epochs to train.
        step: Number of steps done of the epoch.
        steps: Number of steps of an epoch.
        values: Losses and metrics by name.
        samples_per_second: Speed of the steps of the epoch; None if it is not known yet.
        data_wait: Share of the time of the steps that waits for data; None if it is not known.
        skipped_samples: Number of samples left out because a processor failed on them.
        seconds: Duration of the epoch so far.
        seconds_left_of_epoch: None if not known yet, like the next one.
        seconds_left: Until the end of all epochs.
        best: The best value so far.
    """

    epoch: int
    epochs: int
    step: int = 0
    steps: int = 0
    values: Mapping[str, float] = field(default_factory=dict)
    samples_per_second: Optional[float] = None
    data_wait: Optional[float] = None
    skipped_samples: int = 0
    seconds: float = 0.0
    seconds_left_of_epoch: Optional[float] = None
    seconds_left: Optional[float] = None
    best: Best = Best()

    def change(self, name: str) -> Optional[float]:
        """Return the difference of a value to the one of the best epoch; None if there is none to compare with."""
        if name not in self.values:
            return None
        if self.best.is_new:
            return (
                None if name != self.best.monitor or self.best.before is None else self.values[name] - self.best.before
            )
        best = self.best.value if name == self.best.monitor else self.best.values.get(name)
        return None if best is None else self.values[name] - best


class Meter:
    """Measures the progress of a training.

    Args:
        epochs: Number of epochs to train.
        steps: Number of steps of an epoch.
        clock: Returns seconds.
    """

    def __init__(self, epochs: int, steps: int, clock: Callable[[], float] = time.perf_counter):
        self._clock = clock
        self._now = Progress(0, epochs, 0, steps)
        self._begin = clock()
        self._mark = _Mark()
        self._step_seconds: Optional[float] = None
        self._overheads: Dict[int, float] = {}
        self._steps_end = self._begin
        self._is_first_call = True

    def begin_epoch(self, epoch: int, best: Best) -> Progress:
        """Begin an epoch."""
        self._begin = self._steps_end = self._clock()
        self._mark = _Mark(self._begin)
        self._now = Progress(epoch, self._now.epochs, 0, self._now.steps, best=replace(best, is_new=False))
        return self._now

    def steps_done(
        self,
        step: int,
        samples: float,
        values: Mapping[str, float],
        data_wait: Optional[float] = None,
        skipped_samples: int = 0,
    ) -> Progress:
        """Take note that the epoch has come to a step.

        Args:
            step: Number of its steps that are done.
            samples: Number of samples that were trained in the epoch.
            values: Losses and metrics.
            data_wait: See :class:`Progress`, like the next one.
            skipped_samples: See :class:`Progress`.
        """
        now = self._steps_end = self._clock()
        if self._is_first_call:  # it builds the graph and starts the workers: it tells nothing about the speed
            self._is_first_call = False
            self._mark = _Mark(now, step, samples)
        rate = None
        if step > self._mark.step and now > self._mark.time:
            self._step_seconds = (now - self._mark.time) / (step - self._mark.step)
            rate = (samples - self._mark.samples) / (now - self._mark.time)
        of_epoch, left = self._left(step)
        self._now = replace(
            self._now,
            step=step,
            values=values,
            samples_per_second=rate,
            data_wait=data_wait,
            skipped_samples=skipped_samples,
            seconds=now - self._begin,
            seconds_left_of_epoch=of_epoch,
            seconds_left=left,
        )
        return self._now

    def end_epoch(self, values: Mapping[str, float], best: Best) -> Progress:
        """Take note of the results of an epoch, validation included."""
        now = self._clock()
        self._overheads[self._now.epoch] = now - self._steps_end
        of_epoch, left = self._left(self._now.steps)
        self._now = replace(
            self._now,
            values=values,
            best=best,
            seconds=now - self._begin,
            seconds_left_of_epoch=of_epoch,
            seconds_left=left,
        )
        return self._now

    @property
    def now(self) -> Progress:
        """The state at the last call."""
        return self._now

    def _left(self, step: int) -> Tuple[Optional[float], Optional[float]]:
        """Return the seconds until the end of the epoch's steps, and until the end of the training."""
        if self._step_seconds is None:
            return None, None
        of_epoch = (self._now.steps - step) * self._step_seconds
        overhead = sum(self._overheads.values()) / len(self._overheads) if self._overheads else 0.0
        to_come = self._now.epochs - self._now.epoch - 1
        is_over = self._now.epoch in self._overheads
        left = of_epoch + (0.0 if is_over else overhead) + to_come * (self._now.steps * self._step_seconds + overhead)
        return of_epoch, left


@dataclass(frozen=True)
class _Mark:
    """From where on the speed is measured."""

    time: float = 0.0
    step: int = 0
    samples: float = 0.0
