# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``status.json``: how far a run is."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from tfaip.runs.format.files import read_object
from tfaip.runs.format.names import SCHEMA, STATUS_FILENAME
from tfaip.runs.format.values import Fields, to_json
from tfaip.util.enum import StrEnum
from tfaip.util.file.atomic import replace_text


class State(StrEnum):
    """What a run is doing, as it says itself. One that was killed says what it said last."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Whether no process of the run is expected to be alive."""
        return self in (State.FINISHED, State.FAILED, State.STOPPED)


class Phase(StrEnum):
    """What a running training is at."""

    TRAINING = "training"
    VALIDATION = "validation"
    EVALUATION = "evaluation"
    EXPORT = "export"


@dataclass
class BestValue:
    """The best value of what tells the best model.

    Attributes:
        name: Its name in the logs.
        value: The value.
        epoch: The number of epochs that were finished with it, None if that is not known.
    """

    name: str
    value: float
    epoch: Optional[int] = None


@dataclass
class RunError:
    """Why a run failed.

    Attributes:
        message: What happened.
        where: Where.
    """

    message: str
    where: str = ""


@dataclass
class Status:
    """How far a run is.

    Attributes:
        state: What it is doing.
        phase: What a running training is at.
        t: When this was written, in seconds since 1970.
        epoch: Number of finished epochs.
        epochs: Number of epochs to train.
        step: Steps done of the present epoch.
        steps: Steps of an epoch.
        global_step: Steps done of all epochs.
        progress: Share of the training that is done, from 0 to 1.
        eta_s: Seconds until its end, None if not known.
        last: The last values, by their names in the logs.
        best: The best value.
        exit_code: That of the process; None while it runs.
        error: Why it failed.
        pid: The process, on ``host``.
        pid_start: When the process began, in seconds since 1970.
        host: The machine.
        dropped: How many notes of the record were lost, because the disk was too slow or full.
    """

    state: State = State.STARTING
    phase: Optional[Phase] = None
    t: float = 0.0
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int = 0
    global_step: int = 0
    progress: float = 0.0
    eta_s: Optional[float] = None
    last: Dict[str, float] = field(default_factory=dict)
    best: Optional[BestValue] = None
    exit_code: Optional[int] = None
    error: Optional[RunError] = None
    pid: Optional[int] = None
    pid_start: Optional[float] = None
    host: str = ""
    dropped: int = 0

    @staticmethod
    def of(content: Dict[str, Any]) -> "Optional[Status]":
        """Return what the content of the file says, None if it has no state that is known."""
        fields = Fields(content)
        if fields.text("state") not in tuple(State):
            return None
        metrics = fields.child("metrics") or Fields({})
        error = fields.child("error")
        phase = fields.text("phase")
        return Status(
            state=State(fields.text("state")),
            phase=Phase(phase) if phase in tuple(Phase) else None,
            t=fields.finite("t"),
            epoch=fields.integer("epoch") or 0,
            epochs=fields.integer("epochs") or 0,
            step=fields.integer("step") or 0,
            steps=fields.integer("steps") or 0,
            global_step=fields.integer("global_step") or 0,
            progress=min(1.0, max(0.0, fields.finite("progress"))),
            eta_s=fields.number("eta_s"),
            last=metrics.numbers("last"),
            best=_best(metrics.child("best")),
            exit_code=fields.integer("exit_code"),
            error=RunError(error.text("message"), error.text("where")) if error else None,
            pid=fields.integer("pid"),
            pid_start=fields.number("pid_start"),
            host=fields.text("host"),
            dropped=fields.integer("dropped") or 0,
        )


def _best(fields: Optional[Fields]) -> Optional[BestValue]:
    value = fields.number("value") if fields else None
    if fields is None or value is None:
        return None
    return BestValue(fields.text("name"), value, fields.integer("epoch"))


def read_status(folder: str) -> Optional[Status]:
    """Return how far the run in a directory is, None if it has no such file or it cannot be read."""
    content = read_object(os.path.join(folder, STATUS_FILENAME))
    return None if content is None else Status.of(content)


def write_status(folder: str, status: Status) -> None:
    """Write how far a run is into its directory.

    Raises:
        OSError: It cannot be written.
    """
    content = dataclasses.asdict(status)
    content["metrics"] = {"last": content.pop("last"), "best": content.pop("best")}
    text = json.dumps(to_json({"schema": SCHEMA, **content}), allow_nan=False, default=str)
    replace_text(os.path.join(folder, STATUS_FILENAME), text + "\n")
