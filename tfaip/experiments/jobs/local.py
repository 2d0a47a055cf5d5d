# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs jobs as processes of this machine, one in each slot."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Dict, Optional

from tfaip.experiments.devices.slots import Slot, Slots
from tfaip.experiments.jobs.engine import Engine, Execution, StartError
from tfaip.experiments.jobs.job import Job


class LocalEngine(Engine):
    """Runs a job in each slot.

    Args:
        slots: Where there is room.
    """

    def __init__(self, slots: Slots):
        self._slots = slots

    def start(self, job: Job, argv: Sequence[str]) -> Optional[Execution]:
        """Start a job if a slot is free.

        Raises:
            StartError: The command cannot be started, or its log cannot be written.
        """
        slot = self._slots.acquire()
        if slot is None:
            return None
        try:
            process = _start(job, argv, slot)
        except OSError as error:
            self._slots.release(slot)
            raise StartError(
                f"The job {job.id} cannot be started.",
                where=error.filename or job.cwd,
                got=error.strerror,
                expected="a command that can be run in a folder that is there, and a log that can be written",
            ) from error
        return LocalExecution(process, slot.label, lambda: self._slots.release(slot))

    def why_not(self) -> str:
        """Return who uses the slots."""
        return self._slots.why_not()


class LocalExecution(Execution):
    """A process in a session of its own, which the terminal's Ctrl-C does not reach.

    Args:
        process: The process, the leader of its group.
        place: Where it runs.
        on_end: Called once when it has ended.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", place: str, on_end: Callable[[], None]):
        self._process = process
        self._on_end = on_end
        self.place = place
        self.pid = process.pid

    def poll(self) -> Optional[int]:
        """Return the exit code, None as long as it runs."""
        if self._process.returncode is None and self._has_ended():
            # as long as it is not waited for, no other group can get its number
            self._signal_group(signal.SIGKILL)
            self._process.wait()
            self._on_end()
        return self._process.returncode

    def stop(self) -> None:
        """Ask the process to end in order: it tells its own workers."""
        if self._process.returncode is None:
            # not by its own method, which would take note of the end
            os.kill(self._process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group."""
        if self._process.returncode is None:
            self._signal_group(signal.SIGKILL)

    def _has_ended(self) -> bool:
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _signal_group(self, number: int) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            # nobody is left of it, or only what has ended (macOS)
            return


def _start(job: Job, argv: Sequence[str], slot: Slot) -> "subprocess.Popen[bytes]":
    env: Dict[str, str] = {**os.environ, "PYTHONUNBUFFERED": "1", **job.env, **slot.env}
    os.makedirs(os.path.dirname(os.path.abspath(job.log)), exist_ok=True)
    with open(job.log, "ab") as log:
        head = f"# {time.strftime('%Y-%m-%d %H:%M:%S')} {slot.label}: {shlex.join(argv)}\n"
        log.write(head.encode("utf-8", "surrogateescape"))
        log.flush()
        return subprocess.Popen(
            list(argv),
            cwd=job.cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[lock.descriptor for lock in slot.locks],
        )
