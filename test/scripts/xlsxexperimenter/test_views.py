# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The terminal shows how far the experiments are."""

import io
import time

import pytest
from rich.console import Console

from tfaip.experiments.jobs.job import Job
from tfaip.experiments.scheduler.task import Task
from tfaip.runs.format.status import BestValue, State, Status, write_status
from tfaip.scripts.xlsxexperimenter.progress import duration, last_lines, progress_of
from tfaip.scripts.xlsxexperimenter.table import TableView
from tfaip.scripts.xlsxexperimenter.view import LineView


def task_of(name, state, output_dir=None, **kwargs):
    return Task(Job(name, ("x",), f"{name}.log", output_dir=output_dir), state, started=1000.0, **kwargs)


@pytest.fixture
def running(tmp_path):
    write_status(
        str(tmp_path),
        Status(
            State.RUNNING,
            t=time.time(),
            epoch=3,
            epochs=10,
            progress=0.35,
            eta_s=3723,
            best=BestValue("val_acc", 0.98765),
        ),
    )
    return task_of("1", State.RUNNING, str(tmp_path), place="cpu 0", attempts=1)


def text_of(tasks, height=40, waiting=""):
    stream = io.StringIO()
    console = Console(file=stream, width=120, height=height)
    console.print(TableView(console).render(tasks, waiting))
    return stream.getvalue()


def test_the_table_shows_progress_time_left_and_the_best_value(running):
    lines = text_of([running, task_of("2", State.QUEUED)]).splitlines()
    for word in ("1", "running", "cpu 0", "35%", "3/10", "1:02:03", "val_acc 0.9877"):
        assert word in lines[1]
    assert lines[2].split() == ["2", "queued"]


def test_of_many_experiments_those_that_matter_are_shown(running):
    tasks = [*(task_of(f"done{i}", State.FINISHED) for i in range(50)), running]
    tasks.append(task_of("bad", State.FAILED, exit_code=-9))
    text = text_of(tasks, height=10)
    assert "failed: killed by signal 9" in text and "running" in text
    assert len(text.splitlines()) <= 10
    assert "and 48 more" in text


def test_what_an_earlier_attempt_has_said_does_not_count(running):
    running.started = time.time() + 60
    assert progress_of(running).share is None


def test_who_keeps_jobs_waiting_is_told_once(capsys):
    view = LineView()
    for _ in range(3):
        view.refresh([], "GPU 0 is used by process 7")
    assert capsys.readouterr().out.count("GPU 0 is used by process 7") == 1


def test_the_end_of_a_log_cannot_control_the_terminal(tmp_path, capsys):
    log = tmp_path / "1.log"
    log.write_bytes(b"x" * 9000 + b"\n\x1b[2Jred\n\n\xff\n")
    assert last_lines(str(log), 2) == ["\\x1b[2Jred", "\ufffd"]
    assert len("".join(last_lines(str(log)))) < 4200, "only the end is read"
    assert last_lines(str(tmp_path / "none")) == []
    LineView().end([Task(Job("1", ("x",), str(log)), State.FAILED, exit_code=1)])
    assert "\x1b" not in capsys.readouterr().out


def test_times_are_told_as_people_read_them():
    assert [duration(seconds) for seconds in (0.4, 61, 3600, 90061)] == ["0:00:00", "0:01:01", "1:00:00", "1 d 1:01:01"]
