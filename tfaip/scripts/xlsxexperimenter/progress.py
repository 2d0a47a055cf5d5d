# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How far a job is, as its run says."""

import os
from typing import List, NamedTuple, Optional

from tfaip.experiments.scheduler.task import Task
from tfaip.runs.format.status import State, Status, read_status
from tfaip.util.plaintext import without_controls

_LOG_BYTES = 4096
_SECONDS_OF_DAY = 86400


class Progress(NamedTuple):
    """How far a job is.

    Attributes:
        share: From 0 to 1, None if it is not known.
        epoch: The present epoch and their number, empty if not known.
        left: Seconds until the end, None if not known.
        value: The best value, or the last loss; empty if there is none.
    """

    share: Optional[float] = None
    epoch: str = ""
    left: Optional[float] = None
    value: str = ""


def progress_of(task: Task) -> Progress:
    """Return how far a job is; nothing is known of one whose run does not tell."""
    if task.job.output_dir is None or task.started is None:
        return Progress()
    status = read_status(os.path.join(task.job.cwd, task.job.output_dir))
    # what stands there may be of an earlier attempt
    if status is None or status.t < task.started:
        return Progress()
    left = status.eta_s if task.state is State.RUNNING else None
    return Progress(status.progress, f"{status.epoch}/{status.epochs}" if status.epochs else "", left, _value(status))


def _value(status: Status) -> str:
    if status.best is not None:
        return f"{status.best.name} {status.best.value:.4g}"
    return f"loss {status.last['loss']:.4g}" if "loss" in status.last else ""


def duration(seconds: float) -> str:
    """Return a time as ``1:02:03``, with days in front if there are any."""
    whole = max(0, round(seconds))
    days, rest = divmod(whole, _SECONDS_OF_DAY)
    text = f"{rest // 3600}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return f"{days} d {text}" if days else text


def last_lines(path: str, n: int = 8) -> List[str]:
    """Return the last lines of a log that hold anything, as a terminal may show them."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _LOG_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    lines = [line.rstrip() for line in text.replace("\r", "\n").splitlines() if line.strip()]
    return [without_controls(line, line_breaks=False) for line in lines[-n:]]
