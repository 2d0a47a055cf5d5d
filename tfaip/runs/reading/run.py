# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A run, with all that is known of it."""

import os
from functools import cached_property
from typing import Any, Dict, List, Optional

from tfaip.runs.format.code import CodeManifest
from tfaip.runs.format.metrics import Values
from tfaip.runs.format.names import RUN_FILENAME, STATUS_FILENAME
from tfaip.runs.format.run import RunInfo, Session, read_run
from tfaip.runs.reading.code import read_code_file, read_code_manifest, read_packages, read_patch, snapshots
from tfaip.runs.reading.discovery import Found, is_run
from tfaip.runs.reading.eventruns import checksum_of, event_files, read_events
from tfaip.runs.reading.finding import summary_now
from tfaip.runs.reading.images import image_steps, read_image
from tfaip.runs.reading.log import LogPart, read_log
from tfaip.runs.reading.metrics import MAX_BYTES, MetricsUpdate, read_metrics
from tfaip.runs.reading.params import flat_params, read_params
from tfaip.runs.reading.summary import RunSummary
from tfaip.util.errors import UserError, UserFileNotFoundError

# what a run of months may have; the rest of a larger file is not read
_MAX_METRIC_BYTES = 512 << 20


class Run:
    """A run. Each call reads the files as they are then; nothing is written.

    Args:
        path: The directory.
    """

    def __init__(self, path: str):
        self.path = os.path.abspath(path)

    @staticmethod
    def open(path: str) -> "Run":
        """Return the run in a directory.

        Raises:
            UserError: There is none.
        """
        if not os.path.lexists(path):
            raise UserFileNotFoundError("There is nothing at this path.", where=path, expected="the directory of a run")
        if not os.path.isdir(path) or not is_run(path):
            raise UserError("This is no run.", where=path, expected="the output directory of a training")
        return Run(path)

    @property
    def has_record(self) -> bool:
        """Whether the run has a record."""
        return any(os.path.lexists(os.path.join(self.path, name)) for name in (RUN_FILENAME, STATUS_FILENAME))

    def summary(self) -> RunSummary:
        """Return what a list of runs shows of it."""
        return summary_now(Found(self.path, os.path.basename(self.path), self.has_record))

    def info(self) -> RunInfo:
        """Return what the run is; without a record nothing is known."""
        return read_run(self.path) or RunInfo(id="", name=os.path.basename(self.path))

    def params_tree(self) -> Optional[Dict[str, Any]]:
        """Return the JSON form of the parameters, None if there are none."""
        return read_params(self.path)

    def params(self) -> Dict[str, Any]:
        """Return the parameters by their tree path, see :func:`flat_params`; empty if there are none."""
        tree = self.params_tree()
        return {} if tree is None else flat_params(tree)

    def metrics(self, since: Optional[str] = None) -> MetricsUpdate:
        """Return what has come to the values.

        Args:
            since: The cursor of the last update; None to begin. See :class:`MetricsUpdate` for what to do with it.
        """
        update = read_metrics(self.path, since)
        return self._of_events(since) if not update.cursor and not self.has_record else update

    def _of_events(self, since: Optional[str]) -> MetricsUpdate:
        """Return the values of TensorBoard's files: all of them if any has changed."""
        cursor = f"events {checksum_of(event_files(self.path))}"
        if cursor == since:
            return MetricsUpdate(cursor)
        return MetricsUpdate(cursor, reset=bool(since), values=read_events(self.path))

    def values(self) -> List[Values]:
        """Return all values that are part of the training, in the order in which they were written."""
        values: List[Values] = []
        update = self.metrics()
        size = 0
        while True:
            values = update.add_to(values)
            size += MAX_BYTES
            if not update.more or size > _MAX_METRIC_BYTES:
                return values
            update = self.metrics(update.cursor)

    def log(self, start: int = 0, max_bytes: int = 1 << 16) -> LogPart:
        """Return a part of the log, see :func:`read_log`."""
        return read_log(self.path, start, max_bytes)

    def images(self) -> Dict[str, List[int]]:
        """Return the steps of the pictures by their tags."""
        return image_steps(self.path)

    def image(self, tag: str, step: int) -> Optional[bytes]:
        """Return a picture as the bytes of a PNG file, None if there is none."""
        return read_image(self.path, tag, step)

    def snapshots(self) -> "List[Snapshot]":
        """Return the snapshots of the code, the oldest one first."""
        return [Snapshot(self.path, folder) for folder in snapshots(self.path)]

    def code(self) -> "Snapshot":
        """Return the newest snapshot of the code; an empty one if there is none."""
        found = self.snapshots()
        return found[-1] if found else Snapshot(self.path, None)

    def session(self) -> Session:
        """Return the last session; an empty one if none is known."""
        sessions = self.info().sessions
        return sessions[-1] if sessions else Session()


class Snapshot:
    """The code of a session.

    Args:
        run: The directory of the run.
        folder: The folder of the snapshot below it, None if there is none.
    """

    def __init__(self, run: str, folder: Optional[str]):
        self._run = run
        self.folder = folder

    @cached_property
    def manifest(self) -> CodeManifest:
        """Which files it holds."""
        manifest = read_code_manifest(self._run, self.folder) if self.folder else None
        return manifest or CodeManifest()

    def file(self, path: str) -> Optional[bytes]:
        """Return the beginning of a file, None if the snapshot does not hold it."""
        if self.folder is None or path not in self.manifest.files:
            return None
        return read_code_file(self._run, self.folder, path)

    def patch(self) -> str:
        """Return the changes since the commit, as git tells them; empty if there are none."""
        return read_patch(self._run, self.folder)

    def packages(self) -> Dict[str, str]:
        """Return the versions of the packages by their names; empty if they are not known."""
        return read_packages(self._run, self.folder)
