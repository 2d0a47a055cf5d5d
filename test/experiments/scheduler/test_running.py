# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""No job outlives the scheduler's run, however that ends."""

import os
import signal

import pytest

from test.experiments.fakeengine import FakeEngine
from tfaip.experiments.jobs.job import Job
from tfaip.experiments.scheduler.interrupts import Interrupts
from tfaip.experiments.scheduler.running import run_to_end
from tfaip.experiments.scheduler.scheduler import Scheduler


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def scheduler(engine):
    scheduler = Scheduler(engine)
    for name in "ab":
        scheduler.add(Job(name, (name,), f"{name}.log"))
    return scheduler


def test_all_jobs_are_run(scheduler, engine):
    run_to_end(scheduler, Interrupts(), lambda: setattr(engine.started[-1][2], "code", 0), poll_seconds=0)
    assert engine.names == ["a", "b"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_asks_the_jobs_to_end(scheduler, engine, number):
    def refresh():
        execution = engine.started[-1][2]
        if execution.asked_to_stop:
            execution.code = 143
        elif not interrupts.count:
            os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    with Interrupts() as interrupts:
        run_to_end(scheduler, interrupts, refresh, poll_seconds=0)
    assert (interrupts.count, interrupts.last) == (1, number)
    assert [task.state for task in scheduler.tasks] == ["stopped", "queued"]
    assert signal.getsignal(number) is before


def test_the_second_signal_kills_them(scheduler, engine):
    with Interrupts() as interrupts:
        run_to_end(scheduler, interrupts, lambda: os.kill(os.getpid(), signal.SIGINT), poll_seconds=0)
    assert engine.execution("a").killed
    assert scheduler.tasks[0].state == "stopped"


def test_signals_that_are_ignored_stay_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            os.kill(os.getpid(), signal.SIGHUP)
        assert interrupts.count == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_error_ends_the_jobs_before_it_is_raised(scheduler, engine):
    def refresh():
        engine.execution("a").stop = lambda: setattr(engine.execution("a"), "code", 143)
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        run_to_end(scheduler, Interrupts(), refresh, poll_seconds=0)
    assert scheduler.tasks[0].state == "stopped"
