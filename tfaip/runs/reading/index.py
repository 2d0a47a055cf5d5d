# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The summaries of runs on disk, so that a list of many runs needs to read only those that have changed.

The index is a cache: it lies outside of the runs, can be removed at any time, and what cannot be read of it is made
anew. Several programs may use it at once: the last one that ends has written it.
"""

import hashlib
import json
import os
from typing import Any, Dict, List, Optional

from tfaip.runs.format.names import RUN_FILENAME, STATUS_FILENAME
from tfaip.runs.reading.discovery import PARAMS_FILENAME, Found
from tfaip.runs.reading.eventruns import event_files
from tfaip.runs.reading.summary import RunSummary
from tfaip.util.file.atomic import replace_text
from tfaip.util.file.cachefolder import cache_folder
from tfaip.version import __version__

# to be raised when the form of the summaries changes
FORMAT = 1
_MAX_BYTES = 256 << 20

Stamp = List[List[int]]


def stamp_of(run: Found) -> Stamp:
    """Return what changes when the summary of a run does: inode, time of change and size of its files."""
    if run.has_record:
        return [_of_file(os.path.join(run.path, name)) for name in (RUN_FILENAME, STATUS_FILENAME)]
    events = [[file.inode, file.time_ns, file.size] for file in event_files(run.path)]
    return [_of_file(os.path.join(run.path, PARAMS_FILENAME)), *events]


def _of_file(path: str) -> List[int]:
    try:
        state = os.lstat(path)
    except OSError:
        return []
    return [state.st_ino, state.st_mtime_ns, state.st_size]


class RunIndex:
    """The summaries of the runs below a directory as they were last seen.

    Args:
        directory: The directory that is searched.
    """

    def __init__(self, directory: str):
        name = hashlib.sha256(os.path.realpath(directory).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self.path = os.path.join(cache_folder("runs"), f"{name}.json")
        self._known = self._read()
        self._seen: Dict[str, Any] = {}
        self._has_changed = False

    def get(self, path: str, stamp: Stamp) -> Optional[RunSummary]:
        """Return the summary of a run if it has not changed since, else None."""
        entry = self._known.get(path)
        if not isinstance(entry, dict) or entry.get("stamp") != stamp:
            return None
        try:
            summary = RunSummary.of_json(entry["summary"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        self._seen[path] = entry
        return summary

    def put(self, summary: RunSummary, stamp: Stamp) -> None:
        """Keep a summary; not of a run that is about to change anyway."""
        if not summary.is_active:
            self._seen[summary.path] = {"stamp": stamp, "summary": summary.to_json()}
            self._has_changed = True

    def save(self) -> None:
        """Write the index if there is anything new; nothing happens if the folder cannot be written to.

        Runs that have neither been got nor put since the last time are gone.
        """
        self._known, self._seen = self._seen, {}
        if not self._has_changed:
            return
        self._has_changed = False
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            replace_text(self.path, json.dumps({"state": [FORMAT, __version__], "runs": self._known}))
        except OSError:
            return

    def _read(self) -> Dict[str, Any]:
        try:
            if os.stat(self.path).st_size > _MAX_BYTES:
                return {}
            with open(self.path, encoding="utf-8") as file:
                content = json.load(file)
            runs = content["runs"] if content["state"] == [FORMAT, __version__] else {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}
        return runs if isinstance(runs, dict) else {}
