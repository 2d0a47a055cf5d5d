# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a list of runs shows of each."""

import dataclasses
import os
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from tfaip.runs.format.run import Primary, RunInfo
from tfaip.runs.format.status import BestValue, RunError, State, Status
from tfaip.runs.format.values import Fields, to_json
from tfaip.util.enum import StrEnum


class Source(StrEnum):
    """What is known of a run comes from here."""

    RECORD = "record"
    FILES = "files"


class ShownState(StrEnum):
    """What a run is doing, as far as can be told now."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    # its process is gone without a word
    DEAD = "dead"
    # it runs on another machine and has not been heard of for a while
    STALE = "stale"
    UNKNOWN = "unknown"


@dataclass
class RunSummary:
    """A run, as a list of runs shows it.

    Attributes:
        path: Its directory, absolute.
        label: Its path below the directory that was searched.
        source: ``record`` if it has one, ``files`` if only parameters or TensorBoard's files tell of it.
        id: Names it for ever; empty without a record.
        name: The name of its directory when it began.
        scenario: ``package.module:Class``.
        created: When it began, in seconds since 1970; 0 if not known.
        started: When its last session began.
        sessions: How often it was started or resumed.
        updated: When it was last heard of.
        said: The state as its record says it, None without a record.
        state: The state as far as can be told.
        phase: What a running training is at; empty if not known.
        epoch: Number of finished epochs.
        epochs: Number of epochs to train; 0 if not known.
        step: Steps done of the present epoch.
        steps: Steps of an epoch; 0 if not known.
        global_step: Steps done of all epochs.
        progress: Share of the training that is done, from 0 to 1; None if not known.
        eta_s: Seconds until its end, None if not known.
        last: The last values, by their names in the logs.
        primary: The value that tells the best model.
        best: The best value.
        tags: What its user marks it with.
        note: What its user notes about it.
        host: The machine of the last session.
        pid: Its process.
        pid_start: When the process began.
        exit_code: That of the process; None while it runs.
        error: Why it failed.
        problems: What could not be read of it.
    """

    path: str
    label: str = ""
    source: Source = Source.RECORD
    id: str = ""
    name: str = ""
    scenario: str = ""
    created: float = 0.0
    started: float = 0.0
    sessions: int = 0
    updated: float = 0.0
    said: Optional[State] = None
    state: ShownState = ShownState.UNKNOWN
    phase: str = ""
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    global_step: int = 0
    progress: Optional[float] = None
    eta_s: Optional[float] = None
    last: Dict[str, float] = field(default_factory=dict)
    primary: Optional[Primary] = None
    best: Optional[BestValue] = None
    tags: List[str] = field(default_factory=list)
    note: str = ""
    host: str = ""
    pid: Optional[int] = None
    pid_start: Optional[float] = None
    exit_code: Optional[int] = None
    error: Optional[RunError] = None
    problems: List[str] = field(default_factory=list)

    @property
    def is_active(self) -> bool:
        """Whether the run is expected to change: it waits, starts or runs."""
        return self.state in (ShownState.QUEUED, ShownState.STARTING, ShownState.RUNNING, ShownState.STALE)

    @property
    def best_or_last(self) -> Optional[float]:
        """The best value of what tells the best model, or else its last one."""
        if self.best is not None:
            return self.best.value
        return self.last.get(self.primary.name) if self.primary else None

    def to_json(self) -> Dict[str, Any]:
        """Return the summary for JSON; numbers that are not finite are the texts NaN, Infinity and -Infinity."""
        content: Dict[str, Any] = to_json(dataclasses.asdict(self))
        return content

    @staticmethod
    def of_json(content: Dict[str, Any]) -> "RunSummary":
        """Return the summary that :meth:`to_json` made content of.

        Raises:
            KeyError: It is of another version.
            TypeError: The same.
            ValueError: The same.
        """
        values = dict(content)
        fields = Fields(content)
        error = fields.child("error")
        values["source"], values["state"] = Source(values["source"]), ShownState(values["state"])
        values["said"] = State(values["said"]) if values["said"] else None
        values["last"] = fields.numbers("last")
        values["primary"] = Primary(**values["primary"]) if values["primary"] else None
        best = fields.child("best")
        values["best"] = (
            BestValue(best.text("name"), best.number("value") or 0.0, best.integer("epoch")) if best else None
        )
        values["error"] = RunError(error.text("message"), error.text("where")) if error else None
        for name in ("eta_s", "progress", "pid_start"):
            values[name] = fields.number(name)
        return RunSummary(**values)


def summary_of_record(path: str, info: Optional[RunInfo], status: Optional[Status]) -> RunSummary:
    """Return the summary of a run with a record; its state is what the record says.

    Args:
        path: The directory.
        info: Its ``run.json``, None if it cannot be read.
        status: Its ``status.json``, None if it cannot be read.
    """
    summary = RunSummary(os.path.abspath(path), source=Source.RECORD, name=os.path.basename(os.path.abspath(path)))
    if info is not None:
        _add_info(summary, info)
    else:
        summary.problems.append("run.json cannot be read")
    if status is not None:
        _add_status(summary, status)
    else:
        summary.problems.append("status.json cannot be read")
    return summary


def _add_info(summary: RunSummary, info: RunInfo) -> None:
    summary.id, summary.name = info.id, info.name or summary.name
    summary.scenario, summary.created, summary.updated = info.scenario, info.created, info.created
    summary.primary, summary.tags, summary.note = info.primary, info.tags, info.note
    summary.sessions = len(info.sessions)
    if info.sessions:
        last = info.sessions[-1]
        summary.started = last.started
        summary.updated = max(summary.updated, last.started)
        summary.host, summary.pid, summary.pid_start = last.host, last.pid, last.pid_start


def _add_status(summary: RunSummary, status: Status) -> None:
    summary.said, summary.state = status.state, ShownState(status.state.value)
    summary.phase = status.phase.value if status.phase else ""
    for name in ("epoch", "epochs", "step", "steps", "global_step", "progress", "eta_s", "last", "best"):
        setattr(summary, name, getattr(status, name))
    summary.exit_code, summary.error = status.exit_code, status.error
    summary.updated = max(summary.updated, status.t)
    if status.pid is not None:
        summary.host, summary.pid, summary.pid_start = status.host, status.pid, status.pid_start
