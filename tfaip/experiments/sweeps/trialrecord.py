# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What has become of a trial, kept in a file of its own."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from tfaip.runs.format.process import host_name, is_alive
from tfaip.runs.format.values import Fields
from tfaip.util.enum import StrEnum


class TrialState(StrEnum):
    """What has become of a trial."""

    PLANNED = "planned"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
    PRUNED = "pruned"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether it is not run again."""
        return self in (TrialState.FINISHED, TrialState.PRUNED, TrialState.FAILED)


@dataclass
class TrialRecord:
    """What has become of a trial.

    Attributes:
        number: Its number, from 0.
        values: The values of its parameters, by their names.
        state: What has become of it.
        pruning: Whether it was asked to end since it is not worth going on.
        value: The value that tells how good it is.
        epoch: The epoch of the value.
        attempts: How often it was started.
        host: The machine of the sweep.
        pid: Its process.
        pid_start: When the process began.
        started: When it was started first, in seconds since 1970.
        ended: When it ended.
        exit_code: Of the last attempt.
        error: Why it failed.
    """

    number: int
    values: Dict[str, Any] = field(default_factory=dict)
    state: TrialState = TrialState.PLANNED
    pruning: bool = False
    value: Optional[float] = None
    epoch: Optional[float] = None
    attempts: int = 0
    host: str = ""
    pid: Optional[int] = None
    pid_start: Optional[float] = None
    started: Optional[float] = None
    ended: Optional[float] = None
    exit_code: Optional[int] = None
    error: str = ""

    @property
    def name(self) -> str:
        """The name of its directory."""
        return trial_name(self.number)

    @property
    def was_started(self) -> bool:
        """Whether it has begun, but is not over."""
        return self.state in (TrialState.RUNNING, TrialState.STOPPED)

    @property
    def is_alive(self) -> bool:
        """Whether its process still runs on this machine."""
        is_here = self.state is TrialState.RUNNING and self.host == host_name()
        return is_here and self.pid is not None and is_alive(self.pid, self.pid_start)

    @staticmethod
    def of(content: Dict[str, Any]) -> "Optional[TrialRecord]":
        """Return what the content of a file says, None if it says nothing that is known."""
        fields = Fields(content)
        number = fields.integer("number")
        if number is None or fields.text("state") not in tuple(TrialState):
            return None
        return TrialRecord(
            number=number,
            values=fields.mapping("values"),
            state=TrialState(fields.text("state")),
            pruning=fields.flag("pruning"),
            value=fields.number("value"),
            epoch=fields.number("epoch"),
            attempts=fields.integer("attempts") or 0,
            host=fields.text("host"),
            pid=fields.integer("pid"),
            pid_start=fields.number("pid_start"),
            started=fields.number("started"),
            ended=fields.number("ended"),
            exit_code=fields.integer("exit_code"),
            error=fields.text("error"),
        )

    def content(self) -> Dict[str, Any]:
        """Return the content of its file."""
        return dataclasses.asdict(self)


def trial_name(number: int) -> str:
    """Return the name of the directory of a trial."""
    return f"trial_{number:04d}"
