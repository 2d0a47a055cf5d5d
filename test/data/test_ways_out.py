# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""However a program ends, its workers end with it, nothing is left in the system, and there is one message at most."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from test.data.deadline import DEADLINE

ROOT = Path(__file__).parents[2]


def start(*args):
    """Start a program in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=ROOT,
    )
    _STARTED.append(process)
    return process


_STARTED = []


@pytest.fixture(autouse=True)
def _nothing_outlives_a_failed_test():
    yield
    while _STARTED:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(_STARTED.pop().pid, signal.SIGKILL)


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def group(pid):
    """Return the running processes of a process group: workers, fork server and all."""
    members = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == pid and fields[0] != "Z":
            members.add(int(folder.name))
    return members


def wait_until(condition, message):
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, message
        time.sleep(0.02)


@pytest.fixture
def nothing_is_left():
    before = set(os.listdir("/dev/shm"))
    yield
    # what other programs make here goes with them
    wait_until(lambda: set(os.listdir("/dev/shm")) <= before, "something is left in /dev/shm")


def ended(process, pids=()):
    """Wait for the end of the program and of all processes that it started, return its messages."""
    output, messages = process.communicate(timeout=DEADLINE)
    wait_until(lambda: not any(map(is_running, pids)), "workers are left over")
    wait_until(lambda: not group(process.pid), "processes are left over")
    return output, messages


def read_pids(process):
    assert process.stdout.readline() == "begins\n"
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 7, process.stderr.read()  # some programs have ended by now
    return pids


@pytest.mark.parametrize(
    ("way", "code", "n_messages"),
    [
        ("normal", 0, 0),
        ("exception", 1, 1),
        ("killed worker", 0, 0),
        ("killed parent", -9, 0),
        ("sys.exit", 3, 0),
        ("dropped", 0, 0),
    ],
)
def test_no_process_and_nothing_else_is_left(way, code, n_messages, nothing_is_left):
    process = start("-m", "test.data.waysout", way)
    output, messages = ended(process, read_pids(process))
    assert process.returncode == code, messages
    assert messages.count("test.data.waysout") == 0
    assert messages.count("\nTraceback") + messages.startswith("Traceback") >= n_messages
    if n_messages == 0:
        assert "Traceback" not in messages
    if way in ("normal", "killed worker"):
        assert output == "2500\n"


@pytest.mark.parametrize("way", ["reading", "waiting"])
def test_ctrl_c_ends_a_program_with_one_message(way, nothing_is_left):
    process = start("-m", "test.data.waysout", way)
    pids = read_pids(process)
    os.killpg(process.pid, signal.SIGINT)
    _, messages = ended(process, pids)
    assert process.returncode == -signal.SIGINT
    assert messages.count("Traceback") == messages.count("KeyboardInterrupt") == 1, messages


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.2, 0.4])
def test_ctrl_c_while_workers_start_ends_a_program_with_one_message(seconds, nothing_is_left):
    process = start("-m", "test.data.waysout", "reading")
    assert process.stdout.readline() == "begins\n"
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    _, messages = ended(process)
    assert process.returncode == -signal.SIGINT
    assert messages.count("KeyboardInterrupt") == 1, messages


@pytest.mark.slow
def test_ctrl_c_ends_a_training_with_one_message(tmp_path, nothing_is_left):
    args = ["--train.n", "512", "--val.n", "32", "--train.num_processes", "2", "--trainer.epochs", "10000"]
    program = ["-m", "tfaip.scripts.train", "waves.scenario:WaveScenario", *args]
    run = tmp_path / "run"
    process = start(*program, "--trainer.output_dir", str(run), "--trainer.progress_bar_mode", "0")
    wait_until((run / "trainer_params.json").exists, "the training does not get to the end of an epoch")
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    _, messages = ended(process)
    assert process.returncode == 130, messages
    assert messages.count("interrupted") == 1, messages
    assert "Traceback" not in messages, messages
