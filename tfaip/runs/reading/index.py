# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What was read of runs on disk, so that a list of many runs needs to read only those that have changed.

The index is a cache: it lies outside of the runs, can be removed at any time, and what cannot be read of it is made
anew. Several programs may use it at once: the last one that ends has written it.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from typing import Any, Dict, List

from tfaip.runs.format.names import RUN_FILENAME, STATUS_FILENAME
from tfaip.runs.reading.discovery import PARAMS_FILENAME, Found
from tfaip.runs.reading.eventruns import event_files
from tfaip.util.file.atomic import replace_text
from tfaip.util.file.cachefolder import cache_folder
from tfaip.version import __version__

# to be raised when the form of the contents changes
FORMAT = 2
_MAX_BYTES = 256 << 20

Stamp = List[List[int]]


def stamp_of(run: Found) -> Stamp:
    """Return what changes when the summary of a run does: inode, time of change and size of its files."""
    if run.has_record:
        return stamp_of_files(run.path, [RUN_FILENAME, STATUS_FILENAME])
    events = [[file.inode, file.time_ns, file.size] for file in event_files(run.path)]
    return stamp_of_files(run.path, [PARAMS_FILENAME]) + events


def stamp_of_files(run: str, names: Sequence[str]) -> Stamp:
    """Return what changes when files of a run do."""
    return [_of_file(os.path.join(run, name)) for name in names]


def _of_file(path: str) -> List[int]:
    try:
        state = os.lstat(path)
    except OSError:
        return []
    return [state.st_ino, state.st_mtime_ns, state.st_size]


class RunIndex:
    """What was read of the runs below directories.

    Args:
        directories: The directories that are searched.
        kind: What was read.
    """

    def __init__(self, directories: Sequence[str], kind: str):
        place = "\n".join([*map(os.path.realpath, directories), kind])
        name = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self.path = os.path.join(cache_folder("runs"), f"{name}.json")
        self._known = self._read()
        self._seen: Dict[str, Any] = {}
        self._has_changed = False

    def get(self, run: str, stamp: Stamp) -> Any:
        """Return what was read of a run if its files have not changed since, else None."""
        entry = self._known.get(run)
        if not isinstance(entry, dict) or entry.get("stamp") != stamp:
            return None
        self._seen[run] = entry
        return entry.get("content")

    def put(self, run: str, stamp: Stamp, content: Any) -> None:
        """Keep what was read of a run."""
        self._seen[run] = {"stamp": stamp, "content": content}
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
        except (OSError, ValueError, RecursionError):
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
