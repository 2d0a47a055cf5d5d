# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Keeping the code of a training while it runs, in a thread of its own."""

import os
import threading
from dataclasses import dataclass

from tfaip.runs.code.collecting import Cancelled, Code, Collector, code_of_modules, code_of_repository
from tfaip.runs.code.repository import MAX_PATCH_BYTES, Repository
from tfaip.runs.code.selection import SECRETS
from tfaip.runs.code.snapshot import installed_packages, write_snapshot
from tfaip.runs.format.names import CODE_PATCH_FILENAME
from tfaip.runs.format.run import Session
from tfaip.runs.record.recorder import Recorder
from tfaip.util.logging import logger

log = logger(__name__)

# 0 keeps all trainings of a machine from copying their code
VARIABLE = "TFAIP_RECORD_CODE"


@dataclass(frozen=True)
class Source:
    """Where the code of a scenario is.

    Attributes:
        filename: The file of its module.
        module: The name of its module.
    """

    filename: str
    module: str


class CodeRecording:
    """Finds out the commit of the code, and copies the code.

    Args:
        recorder: The record of the run; the copying begins and ends with it.
        source: Where the code is.
        max_bytes: How large the copy may be.
    """

    def __init__(self, recorder: Recorder, source: Source, max_bytes: int):
        self._recorder = recorder
        self._source = source
        self._max_bytes = max_bytes
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="record-code", daemon=True)
        recorder.on_begin.append(self._thread.start)
        recorder.on_end.append(self._close)

    def _close(self, seconds: float) -> None:
        self._thread.join(seconds)
        self._end.set()
        if self._thread.is_alive():
            log.warning("The code is not kept with the run: copying it was not finished when the training was.")

    def _run(self) -> None:
        try:
            self._record()
        except Cancelled:
            return
        except OSError as error:
            log.warning("The code is not kept with the run: %s", error)
        except Exception as error:
            # whatever is wrong with somebody's repository, the training goes on
            log.warning("The code is not kept with the run: %s: %s", type(error).__name__, error)

    def _record(self) -> None:
        repository = Repository.of(self._source.filename)
        if repository is not None:
            git = repository.describe()

            def set_git(session: Session) -> None:
                session.git = git

            self._recorder.change_session(set_git)
        code, patch = self._collect(repository)
        name = write_snapshot(self._recorder.folder, code, patch, installed_packages())

        def set_code(session: Session) -> None:
            session.code = name

        self._recorder.change_session(set_code)

    def _collect(self, repository: "Repository | None") -> "tuple[Code, bytes]":
        collector = Collector(self._max_bytes, lambda: not self._end.is_set())
        source = self._source
        if repository is None:
            return code_of_modules(source.filename, source.module, collector), b""
        code = code_of_repository(repository, source.filename, self._recorder.folder, collector)
        patch, is_all = repository.patch(SECRETS)
        if not is_all:
            code.leave_out(CODE_PATCH_FILENAME, f"cut off after {MAX_PATCH_BYTES >> 20} MB")
        return code, patch


def is_wanted() -> bool:
    """Return whether the environment lets code be copied."""
    return os.environ.get(VARIABLE, "").lower() not in ("0", "false", "no", "off")
