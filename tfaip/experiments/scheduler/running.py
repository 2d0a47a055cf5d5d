# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs a scheduler to its end, or to the end that the user asks for."""

import time
from collections.abc import Callable

from tfaip.experiments.scheduler.interrupts import Interrupts
from tfaip.experiments.scheduler.scheduler import Scheduler

POLL_SECONDS = 0.1


def run_to_end(
    scheduler: Scheduler,
    interrupts: Interrupts,
    refresh: Callable[[], None] = lambda: None,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Run all jobs. The first interrupt asks them to end, the second one kills them; no job outlives this call.

    Args:
        scheduler: Has the jobs.
        interrupts: Counts the signals of the user.
        refresh: Called after each step.
        poll_seconds: The time between two steps.
    """
    try:
        while not scheduler.is_done:
            if interrupts.count:
                scheduler.stop()
            if interrupts.count > 1:
                scheduler.kill()
            scheduler.step()
            refresh()
            if not scheduler.is_done:
                time.sleep(poll_seconds)
    finally:
        _end_all(scheduler, poll_seconds)


def _end_all(scheduler: Scheduler, poll_seconds: float) -> None:
    """End what runs after an error."""
    scheduler.stop()
    while not scheduler.is_done:
        scheduler.step()
        time.sleep(poll_seconds)
