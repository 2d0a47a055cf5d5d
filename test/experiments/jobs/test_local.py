# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Jobs as processes of this machine."""

import os
import signal
import sys
from pathlib import Path

import pytest

from test.experiments.waiting import wait_for
from tfaip.experiments.devices.filelock import FileLock
from tfaip.experiments.devices.slots import FixedSlots, Slot, cpu_slots
from tfaip.experiments.jobs.engine import StartError
from tfaip.experiments.jobs.job import Job
from tfaip.experiments.jobs.local import LocalEngine
from tfaip.runs.format.process import is_alive


@pytest.fixture
def engine():
    return LocalEngine(cpu_slots(["0"]))


@pytest.fixture
def start(engine, tmp_path):
    """Starts Python code; ends what is left at the end of the test."""
    started = []

    def start_code(code, **kwargs):
        job = Job("a", (sys.executable, "-c", code), str(tmp_path / "logs" / "a.log"), cwd=str(tmp_path), **kwargs)
        started.append(engine.start(job, job.argv))
        return started[-1]

    yield start_code
    for execution in filter(None, started):
        execution.kill()
        wait_for(lambda execution=execution: execution.poll() is not None)


def test_the_log_holds_the_command_and_all_output(start, tmp_path):
    execution = start("import sys; print('out'); print('error', file=sys.stderr)")
    assert wait_for(lambda: execution.poll() is not None)
    assert execution.poll() == 0
    lines = (tmp_path / "logs" / "a.log").read_text().splitlines()
    assert lines[0].startswith("# ") and "cpu 0: " in lines[0] and sys.executable in lines[0]
    assert lines[1:] == ["out", "error"]


def test_the_environment_is_that_of_the_job_and_the_slot(start, tmp_path):
    code = "import os; open('env', 'w').write(os.environ['ID'] + repr(os.environ['CUDA_VISIBLE_DEVICES']))"
    execution = start(code, env={"ID": "7"})
    wait_for(lambda: execution.poll() is not None)
    assert (tmp_path / "env").read_text() == "7''"


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)"])
def test_a_crash_frees_the_slot(start, code):
    first = start(code)
    assert start("pass") is None, "there is one slot"
    assert wait_for(first.poll) in (3, -9)
    second = start("pass")
    assert wait_for(lambda: second.poll() is not None)
    assert second.poll() == 0


CHILD = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
TELL = "open('pid.tmp', 'w').write(str(p.pid)); import os; os.rename('pid.tmp', 'pid'); "


def child_of(folder):
    pid = folder / "pid"
    wait_for(pid.exists)
    return int(pid.read_text())


@pytest.mark.parametrize("end", ["raise SystemExit(1)", "import time; time.sleep(600)"])
def test_nothing_that_a_job_has_started_outlives_it(start, tmp_path, end):
    execution = start(CHILD + TELL + end)
    child = child_of(tmp_path)
    if "sleep" in end:
        execution.kill()
    assert wait_for(execution.poll) in (1, -9)
    wait_for(lambda: not is_alive(child, None), "the end of the child")


def test_a_job_that_is_asked_to_end_may_end_in_order(start, tmp_path):
    code = (
        "import pathlib, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path('saved').touch(), sys.exit(143)))\n"
        "pathlib.Path('ready').touch()\n"
        "while True: time.sleep(0.05)\n"
    )
    execution = start(code)
    wait_for((tmp_path / "ready").exists)
    execution.stop()
    assert wait_for(execution.poll) == 143
    assert (tmp_path / "saved").exists()
    execution.stop()
    execution.kill()


def test_ctrl_c_of_the_terminal_does_not_reach_the_jobs(start):
    execution = start("import time; time.sleep(600)")
    assert os.getpgid(execution.pid) == execution.pid != os.getpgid(0)
    assert os.getsid(execution.pid) == execution.pid


@pytest.mark.parametrize("wrong", [{"argv": ("/no/such/program",)}, {"cwd": "/no/such/folder"}])
def test_what_cannot_be_started_is_told_and_the_slot_is_free(engine, tmp_path, wrong):
    job = Job(**{"id": "a", "argv": (sys.executable, "-c", "pass"), "log": str(tmp_path / "a.log"), **wrong})
    with pytest.raises(StartError, match="cannot be started"):
        engine.start(job, job.argv)
    right = Job("b", (sys.executable, "-c", "pass"), str(tmp_path / "b.log"))
    execution = engine.start(right, right.argv)
    assert wait_for(lambda: execution.poll() is not None)


def test_a_lock_is_held_by_the_job_even_if_the_experimenter_is_killed(tmp_path):
    """The descriptor is inherited: what the parent does is of no interest."""
    lock = FileLock(str(tmp_path / "gpu.lock"))
    assert lock.try_acquire()
    engine = LocalEngine(FixedSlots([Slot("gpu 0", locks=(lock,))]))
    job = Job("a", (sys.executable, "-c", "import time; time.sleep(600)"), str(tmp_path / "a.log"))
    execution = engine.start(job, job.argv)
    lock.release()
    other = FileLock(lock.path)
    assert not other.try_acquire()
    os.kill(execution.pid, signal.SIGKILL)
    wait_for(lambda: execution.poll() is not None)
    assert other.try_acquire()
    other.release()
    assert Path(lock.path).exists()
