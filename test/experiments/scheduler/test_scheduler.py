# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scheduler starts what there is room for, and knows what has become of each job."""

import pytest

from test.experiments.fakeengine import FakeEngine
from tfaip.experiments.jobs.job import RESUME_MARKER, Job
from tfaip.experiments.scheduler.retries import RetryPolicy
from tfaip.experiments.scheduler.scheduler import Scheduler
from tfaip.runs.format.status import State
from tfaip.util.errors import UserValueError


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def job(name, **kwargs):
    return Job(name, ("run", name), f"{name}.log", **kwargs)


def scheduler_of(engine, *names, **kwargs):
    scheduler = Scheduler(engine, **kwargs)
    for name in names:
        scheduler.add(job(name))
    return scheduler


def test_jobs_start_in_their_order_as_there_is_room():
    engine = FakeEngine(room=2)
    scheduler = scheduler_of(engine, "a", "b", "c")
    scheduler.step()
    assert engine.names == ["a", "b"]
    engine.execution("b").code = 0
    scheduler.step()
    assert engine.names == ["a", "b", "c"]
    assert [task.state for task in scheduler.tasks] == ["running", "finished", "running"]
    for _, _, execution in engine.started:
        execution.code = 0
    scheduler.step()
    assert scheduler.is_done


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (0, "finished"),
        (1, "failed"),
        (2, "failed"),
        (-9, "failed"),
        (143, "stopped"),
        (-15, "stopped"),
        (130, "stopped"),
    ],
)
def test_the_exit_code_tells_what_has_become_of_a_job(code, state):
    engine = FakeEngine()
    scheduler = scheduler_of(engine, "a")
    scheduler.step()
    engine.execution("a").code = code
    scheduler.step()
    assert (scheduler.tasks[0].state, scheduler.tasks[0].exit_code) == (state, code)


def test_a_crashed_job_is_tried_again_after_a_while_and_others_go_first():
    engine, clock = FakeEngine(), Clock()
    scheduler = scheduler_of(engine, "a", "b", retries=RetryPolicy(retries=1, delay=5), clock=clock)
    scheduler.step()
    engine.execution("a").code = -9
    scheduler.step()
    assert engine.names == ["a", "b"]
    assert scheduler.tasks[0].has_failed_before
    engine.execution("b").code = 0
    scheduler.step()
    assert engine.names == ["a", "b"], "it is too early"
    clock.now = 5.0
    scheduler.step()
    assert engine.names == ["a", "b", "a"]
    engine.execution("a").code = -9
    scheduler.step()
    assert scheduler.is_done
    assert scheduler.tasks[0].state is State.FAILED


def test_mistakes_of_the_user_and_stopped_jobs_are_not_tried_again():
    engine = FakeEngine(room=2)
    scheduler = scheduler_of(engine, "a", "b", retries=RetryPolicy(retries=3, delay=0))
    scheduler.step()
    engine.execution("a").code = 2
    engine.execution("b").code = 143
    scheduler.step()
    assert scheduler.is_done
    assert [task.state for task in scheduler.tasks] == ["failed", "stopped"]


def test_another_attempt_resumes_what_is_there_to_be_resumed(tmp_path):
    engine = FakeEngine()
    scheduler = Scheduler(engine, retries=RetryPolicy(retries=2, delay=0))
    scheduler.add(job("a", resume_argv=("resume", "a"), output_dir=str(tmp_path)))
    scheduler.step()
    for _ in range(2):
        engine.execution("a").code = 1
        scheduler.step()
        (tmp_path / RESUME_MARKER).write_text("{}")
    assert [argv for _, argv, _ in engine.started] == [("run", "a"), ("run", "a"), ("resume", "a")]


def test_what_stands_in_the_directory_of_a_job_is_not_resumed_if_the_job_was_never_started(tmp_path):
    (tmp_path / RESUME_MARKER).write_text("{}")
    fresh = job("a", resume_argv=("resume", "a"), output_dir=str(tmp_path))
    assert fresh.next_argv(0) == ("run", "a")
    assert job("a", resume_argv=("resume", "a"), output_dir=str(tmp_path), was_started=True).resumes(0)
    assert not job("a", output_dir=str(tmp_path), was_started=True).resumes(0)


def test_a_job_that_cannot_be_started_fails_and_the_others_run():
    engine = FakeEngine(refused=["a"])
    scheduler = scheduler_of(engine, "a", "b")
    scheduler.step()
    assert scheduler.tasks[0].state is State.FAILED
    assert "refused" in scheduler.tasks[0].error
    assert engine.names == ["b"]


def test_stopping_asks_those_that_run_and_starts_no_more():
    engine = FakeEngine()
    scheduler = scheduler_of(engine, "a", "b")
    scheduler.step()
    scheduler.stop()
    assert engine.execution("a").asked_to_stop
    assert not scheduler.is_done
    engine.execution("a").code = 1
    scheduler.step()
    assert scheduler.is_done
    assert [task.state for task in scheduler.tasks] == ["stopped", "queued"]
    assert engine.names == ["a"]


def test_a_job_that_does_not_end_in_time_is_killed():
    engine, clock = FakeEngine(), Clock()
    scheduler = scheduler_of(engine, "a", clock=clock, grace=30)
    scheduler.step()
    scheduler.stop()
    clock.now = 29.0
    scheduler.step()
    assert not engine.execution("a").killed
    clock.now = 30.0
    scheduler.step()
    scheduler.step()
    assert engine.execution("a").killed
    assert scheduler.tasks[0].state is State.STOPPED


def test_one_job_can_be_stopped_while_it_runs_or_waits():
    engine = FakeEngine()
    scheduler = scheduler_of(engine, "a", "b", "c")
    scheduler.step()
    scheduler.stop_task(scheduler.tasks[0])
    scheduler.stop_task(scheduler.tasks[1])
    engine.execution("a").code = -15
    scheduler.step()
    assert [task.state for task in scheduler.tasks] == ["stopped", "stopped", "running"]


def test_each_change_is_told():
    told = []
    engine = FakeEngine()
    scheduler = scheduler_of(engine, "a", on_change=lambda task: told.append((task.job.id, str(task.state))))
    scheduler.step()
    engine.execution("a").code = 0
    scheduler.step()
    assert told == [("a", "running"), ("a", "finished")]


def test_two_jobs_of_one_name_cannot_be_queued_together_but_one_after_the_other():
    engine = FakeEngine()
    scheduler = scheduler_of(engine, "a")
    with pytest.raises(UserValueError, match="queued already"):
        scheduler.add(job("a"))
    scheduler.step()
    engine.execution("a").code = 0
    scheduler.step()
    scheduler.add(job("a"))
    scheduler.step()
    assert engine.names == ["a", "a"]
