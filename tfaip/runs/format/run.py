# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``run.json``: what a run is, and the sessions (a start, and each time it was resumed) that made it."""

import dataclasses
import json
import os
import secrets
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional

from tfaip.runs.format.files import read_object
from tfaip.runs.format.locking import locked
from tfaip.runs.format.names import RUN_FILENAME, SCHEMA
from tfaip.runs.format.values import Fields, to_json
from tfaip.util.file.atomic import write_text_atomically


@dataclass
class Git:
    """The state of the repository that the code of a session lies in.

    Attributes:
        commit: The commit.
        branch: The branch; empty if none is checked out.
        dirty: Whether tracked files were changed since the commit.
        root: The root of the working tree.
    """

    commit: str = ""
    branch: str = ""
    dirty: bool = False
    root: str = ""

    @staticmethod
    def of(fields: Fields) -> "Git":
        """Return what the fields of a file say."""
        return Git(fields.text("commit"), fields.text("branch"), fields.flag("dirty"), fields.text("root"))


@dataclass
class Session:
    """One process that trained a run.

    Attributes:
        started: When it began, in seconds since 1970.
        command: The command line of the process.
        cwd: Its working directory.
        host: The machine.
        pid: The process.
        pid_start: When the process began, in seconds since 1970: another one may have its number by now.
        user: Who ran it.
        python: The version of Python.
        packages: Versions of the main libraries.
        devices: The devices of the training.
        machine: ``cpus``, ``memory`` (bytes), ``gpus``.
        seed: ``random_seed``.
        git: The repository; None if there is none, or it is not known yet.
        code: The folder of the snapshot of the code within the run, such as ``code/1``; None if there is none (yet).
        resumed_epoch: The epochs that were finished before; None for the first session.
        resumed_step: The steps that were done before, of all epochs.
    """

    started: float = 0.0
    command: List[str] = field(default_factory=list)
    cwd: str = ""
    host: str = ""
    pid: Optional[int] = None
    pid_start: Optional[float] = None
    user: str = ""
    python: str = ""
    packages: Dict[str, str] = field(default_factory=dict)
    devices: List[str] = field(default_factory=list)
    machine: Dict[str, Any] = field(default_factory=dict)
    seed: Optional[int] = None
    git: Optional[Git] = None
    code: Optional[str] = None
    resumed_epoch: Optional[float] = None
    resumed_step: Optional[int] = None

    @staticmethod
    def of(fields: Fields) -> "Session":
        """Return what the fields of a file say."""
        git = fields.child("git")
        return Session(
            started=fields.finite("started"),
            command=fields.texts("command"),
            cwd=fields.text("cwd"),
            host=fields.text("host"),
            pid=fields.integer("pid"),
            pid_start=fields.number("pid_start"),
            user=fields.text("user"),
            python=fields.text("python"),
            packages={name: str(version) for name, version in fields.mapping("packages").items()},
            devices=fields.texts("devices"),
            machine=fields.mapping("machine"),
            seed=fields.integer("seed"),
            git=Git.of(git) if git else None,
            code=fields.optional_text("code"),
            resumed_epoch=fields.number("resumed_epoch"),
            resumed_step=fields.integer("resumed_step"),
        )


@dataclass
class Primary:
    """The value that tells the best model.

    Attributes:
        name: Its name in the logs, such as ``val_acc``.
        mode: ``min`` or ``max``.
    """

    name: str
    mode: str = "min"


@dataclass
class RunInfo:
    """A run.

    Attributes:
        id: Names it for ever, 12 hexadecimal digits.
        name: The name of its directory when it began.
        scenario: ``package.module:Class``.
        created: When it began, in seconds since 1970.
        primary: The value that tells the best model.
        tags: What its user marks it with.
        note: What its user notes about it.
        sessions: The first start, and each time it was resumed.
        extra: What else is in the file, of a later version.
    """

    id: str = field(default_factory=lambda: secrets.token_hex(6))
    name: str = ""
    scenario: str = ""
    created: float = 0.0
    primary: Optional[Primary] = None
    tags: List[str] = field(default_factory=list)
    note: str = ""
    sessions: List[Session] = field(default_factory=list)
    extra: Dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(content: Dict[str, Any]) -> "RunInfo":
        """Return what the content of the file says."""
        fields = Fields(content)
        primary = fields.child("primary")
        known = {"schema", *(entry.name for entry in dataclasses.fields(RunInfo))}
        return RunInfo(
            id=fields.text("id"),
            name=fields.text("name"),
            scenario=fields.text("scenario"),
            created=fields.finite("created"),
            primary=_primary(primary) if primary else None,
            tags=fields.texts("tags"),
            note=fields.text("note"),
            sessions=[Session.of(session) for session in fields.children("sessions")],
            extra={key: value for key, value in content.items() if key not in known},
        )


def _primary(fields: Fields) -> Optional[Primary]:
    name = fields.text("name")
    return Primary(name, "max" if fields.text("mode") == "max" else "min") if name else None


def read_run(folder: str) -> Optional[RunInfo]:
    """Return what the run in a directory is, None if it has no such file or it cannot be read."""
    content = read_object(os.path.join(folder, RUN_FILENAME))
    return None if content is None else RunInfo.of(content)


def write_run(folder: str, run: RunInfo) -> None:
    """Write what a run is into its directory.

    Raises:
        OSError: It cannot be written.
    """
    content = dataclasses.asdict(run)
    extra = content.pop("extra")
    text = json.dumps(to_json({"schema": SCHEMA, **content, **extra}), indent=1, allow_nan=False, default=str)
    write_text_atomically(os.path.join(folder, RUN_FILENAME), text + "\n")


def change_run(folder: str, change: Callable[[RunInfo], None]) -> bool:
    """Change what is written about the run in a directory, while others may do so as well.

    Args:
        folder: The directory.
        change: Changes what was read.

    Returns:
        Whether there was anything to change.

    Raises:
        OSError: It cannot be written.
    """
    with locked(folder):
        run = read_run(folder)
        if run is None:
            return False
        change(run)
        write_run(folder, run)
        return True
