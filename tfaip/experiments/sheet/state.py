# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What has become of the experiments of a sheet, kept beside it, so that an interrupted sheet goes on."""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Dict, Optional

from tfaip.experiments.devices.filelock import FileLock
from tfaip.experiments.scheduler.task import Task
from tfaip.runs.format.files import read_object
from tfaip.runs.format.process import host_name, is_alive, process_start
from tfaip.runs.format.status import State
from tfaip.runs.format.values import Fields
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import write_text_atomically

SCHEMA = 1
FOLDER_ENDING = ".jobs"
STATE_FILENAME = "state.json"
LOCK_FILENAME = "lock"


@dataclass
class Entry:
    """What has become of an experiment.

    Attributes:
        fingerprint: Of the command: another one is another experiment.
        state: What has become of it.
        attempts: How often it was started.
        place: Where it runs or ran.
        host: The machine of the experimenter.
        pid: Its process.
        pid_start: When the process began.
        started: When it was started last, in seconds since 1970.
        ended: When it ended.
        exit_code: Of the last attempt.
        log: Its log.
    """

    fingerprint: str
    state: State = State.QUEUED
    attempts: int = 0
    place: str = ""
    host: str = ""
    pid: Optional[int] = None
    pid_start: Optional[float] = None
    started: Optional[float] = None
    ended: Optional[float] = None
    exit_code: Optional[int] = None
    log: str = ""

    @property
    def is_alive(self) -> bool:
        """Whether its process still runs on this machine."""
        return (
            self.state is State.RUNNING
            and self.host == host_name()
            and self.pid is not None
            and is_alive(self.pid, self.pid_start)
        )

    @staticmethod
    def of(fields: Fields) -> "Optional[Entry]":
        """Return what the fields of a file say, None if they have no state that is known."""
        if fields.text("state") not in tuple(State):
            return None
        return Entry(
            fingerprint=fields.text("fingerprint"),
            state=State(fields.text("state")),
            attempts=fields.integer("attempts") or 0,
            place=fields.text("place"),
            host=fields.text("host"),
            pid=fields.integer("pid"),
            pid_start=fields.number("pid_start"),
            started=fields.number("started"),
            ended=fields.number("ended"),
            exit_code=fields.integer("exit_code"),
            log=fields.text("log"),
        )


class SheetState:
    """The folder beside a sheet that holds its state and the logs of its jobs.

    Args:
        sheet: The file of the sheet.

    Attributes:
        folder: The folder.
        entries: What has become of the experiments, by their IDs.
    """

    def __init__(self, sheet: str):
        self.folder = sheet + FOLDER_ENDING
        self.entries: Dict[str, Entry] = {}
        self._lock = FileLock(os.path.join(self.folder, LOCK_FILENAME))
        self.read()

    def read(self) -> None:
        """Read what the file holds now."""
        content = Fields(read_object(os.path.join(self.folder, STATE_FILENAME)) or {})
        jobs = Fields(content.mapping("jobs"))
        self.entries.clear()
        for name in content.mapping("jobs"):
            fields = jobs.child(name)
            entry = Entry.of(fields) if fields else None
            if entry is not None:
                self.entries[name] = entry

    def lock(self) -> None:
        """Create the folder, and keep other experimenters from the sheet until this process ends.

        Raises:
            UserError: Another one is at work on it.
            OSError: The folder cannot be written to.
        """
        os.makedirs(self.folder, exist_ok=True)
        if not self._lock.try_acquire():
            raise UserError(
                "Another experimenter is at work on this sheet.",
                where=self.folder,
                hint="wait until it has ended",
            )
        self.read()

    def unlock(self) -> None:
        """Let other experimenters work on the sheet."""
        self._lock.release()

    def log_of(self, name: str) -> str:
        """Return the file for the output of an experiment."""
        plain = re.sub(r"[^\w.+-]", "_", name)
        # two names may differ in what was replaced only
        mark = "" if plain == name and not plain.startswith(".") else f"-{fingerprint_of([name])[:6]}"
        return os.path.join(self.folder, f"{plain.lstrip('.')}{mark}.log")

    def note(self, task: Task, fingerprint: str) -> None:
        """Note what has become of an experiment.

        Raises:
            OSError: It cannot be written.
        """
        pid = task.execution.pid if task.execution else None
        self.entries[task.job.id] = Entry(
            fingerprint=fingerprint,
            state=task.state,
            attempts=max(task.attempts, int(task.job.was_started)),
            place=task.place,
            host=host_name(),
            pid=pid,
            pid_start=process_start(pid) if pid else None,
            started=task.started,
            ended=task.ended,
            exit_code=task.exit_code,
            log=task.job.log,
        )
        self._write()

    def _write(self) -> None:
        jobs = {name: asdict(entry) for name, entry in self.entries.items()}
        text = json.dumps({"schema": SCHEMA, "jobs": jobs}, indent=1)
        write_text_atomically(os.path.join(self.folder, STATE_FILENAME), text + "\n")


def fingerprint_of(words: Sequence[str]) -> str:
    """Return what tells a command from others."""
    return hashlib.sha256(json.dumps(list(words)).encode()).hexdigest()[:16]
