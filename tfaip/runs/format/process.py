# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether a process that a record names is still the one that wrote it."""

import os
import socket
from typing import Optional, Tuple

# the clock of the machine may have been set since
_TOLERANCE_SECONDS = 2.0
_ENDED_STATES = "ZX"


def host_name() -> str:
    """Return the name of this machine as records have it."""
    return socket.gethostname()


def process_start(pid: int) -> Optional[float]:
    """Return when a process of this machine began, in seconds since 1970.

    Args:
        pid: The process.

    Returns:
        None if there is no such process, it has ended, or the system does not tell.
    """
    state, ticks = _state_and_start(pid)
    booted = _boot_time()
    if state in _ENDED_STATES or booted is None:
        return None
    return booted + ticks / os.sysconf("SC_CLK_TCK")


def is_alive(pid: int, pid_start: Optional[float]) -> bool:
    """Return whether a process of this machine is alive and, as far as can be told, the one that is meant.

    Args:
        pid: Its number.
        pid_start: When it began, None if that is not known.
    """
    if pid <= 0:
        return False
    if not os.path.isdir("/proc/self"):
        return _answers(pid)
    start = process_start(pid)
    return start is not None and (pid_start is None or abs(start - pid_start) <= _TOLERANCE_SECONDS)


def _state_and_start(pid: int) -> Tuple[str, int]:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            # the name of the program stands in parentheses and may hold any character
            values = file.read().rpartition(b")")[2].split()
    except OSError:
        return "X", 0
    return (values[0].decode("ascii"), int(values[19])) if len(values) > 19 else ("X", 0)


def _boot_time() -> Optional[float]:
    try:
        with open("/proc/stat", "rb") as file:
            line = next((line for line in file if line.startswith(b"btime ")), None)
    except OSError:
        return None
    return None if line is None else float(line.split()[1])


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
