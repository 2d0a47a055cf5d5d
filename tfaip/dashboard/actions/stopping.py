# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Asking a training to end: it writes a checkpoint first, so it can be resumed."""

import os
import signal

from tfaip.runs.format.names import RUN_FILENAME
from tfaip.runs.format.process import host_name, is_alive
from tfaip.runs.reading.run import Run
from tfaip.runs.reading.summary import ShownState
from tfaip.util.errors import UserError

_AT_WORK = (ShownState.STARTING, ShownState.RUNNING)


def stop_run(path: str) -> str:
    """Send SIGTERM to the process of a run of this machine.

    A record is a file that others may have written: the process must be the one that it means, by number and time of
    its start, and belong to the owner of the record.

    Args:
        path: The directory of the run.

    Returns:
        What has been done.

    Raises:
        UserError: The run is not at work, or not here, or its process cannot be told for certain.
    """
    summary = Run(path).summary()
    if summary.state not in _AT_WORK:
        raise UserError("The run is not at work.", where=path, got=f"It is {summary.state.value}.")
    pid = summary.pid
    if pid is None or summary.pid_start is None or pid <= 1:
        raise UserError("The process of the run is not known.", where=path)
    if summary.host != host_name():
        raise UserError("The run is on another machine.", where=path, got=f"It is on {summary.host}.")
    try:
        _terminate(path, pid, summary.pid_start)
    except ProcessLookupError as error:
        raise UserError("The process of the run is gone.", where=path) from error
    except PermissionError as error:
        raise UserError("The process of the run belongs to somebody else.", where=path) from error
    return f"The run was asked to end (SIGTERM to process {pid})"


def _terminate(path: str, pid: int, pid_start: float) -> None:
    # a handle of the process: its number may be that of another one at any moment
    handle = os.pidfd_open(pid)
    try:
        if not is_alive(pid, pid_start):
            raise ProcessLookupError
        if os.stat(f"/proc/{pid}").st_uid != os.lstat(os.path.join(path, RUN_FILENAME)).st_uid:
            raise PermissionError
        signal.pidfd_send_signal(handle, signal.SIGTERM)
    finally:
        os.close(handle)
