# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""SIGTERM ends a program in order, and at once if it cannot."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

import pytest

from tfaip.util.termination import Terminated, end_in_order, ending_in_order, postponed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")

DEADLINE = 60


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_signal_is_raised_where_it_comes_and_everything_is_put_back() -> None:
    with pytest.raises(Terminated) as caught, ending_in_order():
        terminate()
        pytest.fail("goes on")
    assert caught.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.set_wakeup_fd(-1) == -1
    assert "termination" not in [thread.name for thread in threading.enumerate()]


def test_signal_waits_for_the_end_of_what_must_not_be_interrupted() -> None:
    done = []
    with pytest.raises(Terminated), ending_in_order():
        with postponed():
            with postponed():
                terminate()
                done.append("inner")
            done.append("outer")
        pytest.fail("goes on")
    assert done == ["inner", "outer"]


def test_signal_that_somebody_swallows_is_raised_again() -> None:
    with pytest.raises(Terminated), ending_in_order():
        with contextlib.suppress(BaseException):
            terminate()
        with postponed():
            pass
        pytest.fail("goes on")


def test_error_of_the_block_is_not_hidden_by_the_signal() -> None:
    with pytest.raises(ValueError, match="mine"), ending_in_order():
        with postponed():
            terminate()
            raise ValueError("mine")


def test_handler_of_the_program_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    got = []
    before = signal.signal(signal.SIGTERM, lambda *args: got.append(args))
    try:
        with ending_in_order():
            terminate()
            with postponed():
                pass
    finally:
        signal.signal(signal.SIGTERM, before)
    assert len(got) == 1


def test_thread_changes_nothing() -> None:
    taken = []
    thread = threading.Thread(target=lambda: taken.append(end_in_order()))
    thread.start()
    thread.join()
    assert taken == [None]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


# stuck outside of Python, where no handler of Python is called
STUCK = """
import hashlib
from tfaip.util.termination import end_in_order, postponed
end_in_order({grace})
with postponed():
    print("ready", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"x", b"y", 2**31 - 1)
"""


def start_stuck(grace: float) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", STUCK.format(grace=grace)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_second_signal_ends_at_once_what_is_stuck(second: int) -> None:
    process = start_stuck(grace=1000)
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    assert "within 1000 seconds" in process.stderr.readline()
    process.send_signal(second)
    _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 143
    assert "a second signal" in err


def test_what_is_stuck_ends_after_the_grace_period() -> None:
    process = start_stuck(grace=0.1)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 143
    assert "it has not ended within 0.1 seconds" in err
