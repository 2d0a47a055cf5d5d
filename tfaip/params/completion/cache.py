# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Plain data on disk, for the next completion."""

import hashlib
import json
import os
from collections.abc import Sequence
from typing import Any, Dict, List, NamedTuple, Optional

from tfaip.util.file.atomic import write_text_atomically
from tfaip.util.file.cachefolder import cache_folder
from tfaip.version import __version__

# To be raised when the form of the data changes.
FORMAT = 2
MAX_FILES = 20_000


def cache_directory() -> str:
    """Return the directory of the cache."""
    return cache_folder("completion")


class CacheEntry(NamedTuple):
    """The place of some data: the name of the file, and what must be the same for the data to hold still."""

    name: str
    state: List[Any]

    @property
    def path(self) -> str:
        """The file."""
        return os.path.join(cache_directory(), f"{self.name}.json")


def cache_entry(program: str, scenario: str, sources: Sequence[str]) -> CacheEntry:
    """Return the entry of the tree of a program and a scenario.

    Args:
        program: The name of the program.
        scenario: The scenario as the line names it.
        sources: The directories (or files) of its code; the data hold until a Python file in them changes.
    """
    what = json.dumps([program, scenario, *sources])
    name = hashlib.sha256(what.encode("utf-8")).hexdigest()[:32]
    return CacheEntry(name, [FORMAT, __version__, *(newest_time(source) for source in sources)])


def newest_time(path: str) -> str:
    """Return the newest modification time of the Python files at a path, with their number."""
    # of a link itself: what it leads to may be gone
    times = [os.lstat(path).st_mtime_ns] if os.path.isfile(path) else []
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__pycache__"]
        times += [os.lstat(os.path.join(folder, name)).st_mtime_ns for name in files if name.endswith(".py")]
        if len(times) > MAX_FILES:
            break
    return f"{max(times, default=0)}/{len(times)}"


def read_cache(entry: CacheEntry) -> Optional[Dict[str, Any]]:
    """Return the data of an entry; None if there are none, if they are out of date or cannot be read."""
    try:
        with open(entry.path, encoding="utf-8") as file:
            stored = json.load(file)
        data = stored["data"] if stored["state"] == entry.state else None
        return data if isinstance(data, dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_cache(entry: CacheEntry, data: Dict[str, Any]) -> None:
    """Keep the data of an entry; nothing happens if the directory cannot be written to."""
    try:
        os.makedirs(cache_directory(), mode=0o700, exist_ok=True)
        write_text_atomically(entry.path, json.dumps({"state": entry.state, "data": data}))
    except OSError:
        return
