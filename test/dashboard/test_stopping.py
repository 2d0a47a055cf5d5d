# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Stopping a run from the page."""

import os
import signal
import subprocess
import sys

import pytest

from test.dashboard.rundirectories import RunDirectory
from test.dashboard.running import DEADLINE
from tfaip.runs.format.run import write_run
from tfaip.runs.format.status import State


@pytest.fixture
def process():
    """A process that does nothing."""
    started = subprocess.Popen(
        [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(1000)"], stdout=subprocess.PIPE
    )
    started.stdout.readline()
    yield started
    started.kill()
    started.wait()
    started.stdout.close()


def stop(client, name="a"):
    return client.post(f"/api/runs/{client.id_of(name)}/stop")


def test_the_process_of_a_run_is_asked_to_end(folder, serve, process):
    RunDirectory(folder / "a", State.RUNNING, epochs=1, pid=process.pid)
    with serve() as client:
        answer = stop(client)
        assert answer.status == 200, answer.content
        assert process.wait(DEADLINE) == -signal.SIGTERM
        client.wait_for(lambda runs: runs["a"]["state"] == "dead")
        assert stop(client).status == 409


def test_another_process_that_has_the_number_by_now_is_left_alone(folder, serve, process):
    run = RunDirectory(folder / "a", State.RUNNING, epochs=1, pid=process.pid)
    run.status.pid_start -= 1000
    run.write()
    with serve() as client:
        assert stop(client).status == 409
        assert process.poll() is None


@pytest.mark.parametrize("change", [{"host": "elsewhere"}, {"pid": 1}, {"pid": -1}, {"pid": 0}, {"pid_start": None}])
def test_a_run_whose_process_is_not_certain_is_not_stopped(folder, serve, change, monkeypatch):
    monkeypatch.setattr(signal, "pidfd_send_signal", lambda *_: pytest.fail("a signal was sent"))
    run = RunDirectory(folder / "a", State.RUNNING, epochs=1)
    for name, value in change.items():
        setattr(run.status, name, value)
        setattr(run.info.sessions[0], name, value)
    write_run(str(run.path), run.info)
    run.write()
    with serve() as client:
        assert stop(client).status == 409


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_record_of_somebody_else_cannot_name_our_processes(folder, serve, process):
    run = RunDirectory(folder / "a", State.RUNNING, epochs=1, pid=process.pid)
    os.chown(run.path / "run.json", 12345, 12345)
    with serve() as client:
        assert stop(client).status == 409
        assert process.poll() is None


def test_a_dashboard_that_only_shows_does_not_stop(folder, serve, process):
    RunDirectory(folder / "a", State.RUNNING, epochs=1, pid=process.pid)
    with serve(can_act=False) as client:
        assert stop(client).status == 403
        assert process.poll() is None
