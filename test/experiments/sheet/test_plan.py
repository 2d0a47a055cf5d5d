# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is done about a row follows from what has become of it before."""

import os
import time

import pytest

from test.experiments.fakeengine import FakeExecution
from test.experiments.sheet.sheets import row, table, write_csv
from tfaip.experiments.jobs.job import Job
from tfaip.experiments.scheduler.task import Task
from tfaip.experiments.sheet.plan import make_plan
from tfaip.experiments.sheet.rows import read_sheet
from tfaip.experiments.sheet.state import STATE_FILENAME, SheetState, fingerprint_of
from tfaip.runs.format.status import State, Status, write_status


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    rows = [row("1", "a", script="x")]
    return write_csv(tmp_path / "p.csv", table(["output_dir"], rows, groups=["trainer"]))


def note(path, state, pid=None, attempts=1, **kwargs):
    sheet, _ = read_sheet(path)
    words = sheet.experiments[0].argv
    execution = FakeExecution("cpu 0")
    execution.pid = pid
    task = Task(Job("1", words, "log", **kwargs), state, attempts, execution if pid else None, started=time.time())
    sheet_state = SheetState(path)
    sheet_state.lock()
    sheet_state.note(task, fingerprint_of(words))
    sheet_state.unlock()


def planned(path):
    steps, mistakes = make_plan(read_sheet(path)[0], SheetState(path))
    return str(steps[0].action), mistakes


def test_a_new_row_is_run(path):
    assert planned(path) == ("run", [])


@pytest.mark.parametrize(
    ("state", "action"),
    [(State.FINISHED, "done"), (State.FAILED, "continue"), (State.STOPPED, "continue"), (State.RUNNING, "continue")],
)
def test_finished_rows_are_left_out_and_others_go_on(path, state, action):
    note(path, state, pid=2**22 + 1 if state is State.RUNNING else None)
    assert planned(path) == (action, [])


def test_a_row_that_was_queued_only_is_run(path):
    note(path, State.STOPPED, attempts=0)
    assert planned(path)[0] == "run"
    note(path, State.STOPPED, attempts=0, was_started=True)
    assert planned(path)[0] == "continue"


def test_a_finished_row_whose_directory_is_gone_is_run_again(path):
    note(path, State.FINISHED)
    os.rmdir("a")
    assert planned(path)[0] == "run"


def test_a_process_that_still_runs_stands_against_the_plan(path):
    note(path, State.RUNNING, pid=os.getpid())
    _, (mistake,) = planned(path)
    assert mistake.where == "p!E4" and mistake.got == f"process {os.getpid()}"


def test_a_run_that_has_finished_after_its_experimenter_was_killed_is_done(path):
    note(path, State.RUNNING, pid=2**22 + 1)
    write_status("a", Status(State.FINISHED, t=time.time() - 1000))
    assert planned(path)[0] == "continue", "this is what an earlier run has said"
    write_status("a", Status(State.FINISHED, t=time.time() + 1))
    assert planned(path)[0] == "done"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"jobs": {"1": {"state": "flying"}, "2": 3}}'])
def test_a_damaged_state_counts_as_none(path, content):
    note(path, State.FINISHED)
    with open(os.path.join(f"{path}.jobs", STATE_FILENAME), "w") as file:
        file.write(content)
    assert planned(path) == ("run", [])


def test_logs_have_names_of_their_own_inside_the_folder(path):
    names = ["1", "a/b", "a_b", "../x", "..", ".1"]
    logs = [SheetState(path).log_of(name) for name in names]
    assert len(set(logs)) == len(names)
    assert {os.path.dirname(os.path.realpath(log)) for log in logs} == {os.path.realpath(f"{path}.jobs")}
