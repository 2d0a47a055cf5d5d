# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the page shows of one run, read when it asks."""

import dataclasses
from typing import Any, Dict, List, Optional, Tuple

from tfaip.dashboard.watching.entries import Entry
from tfaip.runs.format.metrics import Values
from tfaip.runs.format.values import to_json
from tfaip.runs.reading.run import Run, Snapshot

_MOST_FILE_CHARACTERS = 1 << 20
_TAIL_BYTES = 1 << 17


def details(entry: Entry) -> Dict[str, Any]:
    """Return what a run is: its sessions, its parameters, its snapshots."""
    run = Run(entry.path)
    info = run.info()
    sessions = [to_json(dataclasses.asdict(session)) for session in info.sessions]
    return {
        "run": entry.content,
        "sessions": sessions,
        "parameters": to_json(run.params()),
        "snapshots": [_snapshot(snapshot) for snapshot in run.snapshots()],
    }


def _snapshot(snapshot: Snapshot) -> Dict[str, Any]:
    manifest = snapshot.manifest
    return {
        "name": (snapshot.folder or "").rpartition("/")[2],
        "root": manifest.root,
        "files": [{"path": path, "size": file.size} for path, file in sorted(manifest.files.items())],
        "left_out": [{"path": path, "reason": reason} for path, reason in sorted(manifest.left_out.items())],
        "has_patch": bool(snapshot.patch()),
        "packages": snapshot.packages(),
    }


def metrics(entry: Entry, cursor: Optional[str]) -> Dict[str, Any]:
    """Return the values that have come since a cursor, as lists of one length for each name, split and level."""
    update = Run(entry.path).metrics(cursor or None)
    return {
        "cursor": update.cursor,
        "reset": update.reset,
        "rewind": update.rewind.step if update.rewind else None,
        "more": update.more,
        "broken": update.broken,
        "series": series_of(update.values),
    }


def series_of(values: List[Values]) -> List[Dict[str, Any]]:
    """Return the values by name, split and level."""
    found: Dict[Tuple[str, str, str], Dict[str, Any]] = {}
    for entry in values:
        for name, value in entry.m.items():
            key = (name, entry.split, entry.level.value)
            if key not in found:
                axes: Dict[str, Any] = {"step": [], "epoch": [], "t": [], "v": []}
                found[key] = {"name": name, "split": entry.split, "level": entry.level.value, **axes}
            series = found[key]
            series["step"].append(entry.step)
            series["epoch"].append(entry.epoch)
            series["t"].append(entry.t)
            series["v"].append(to_json(value))
    return list(found.values())


def log(entry: Entry, start: Optional[int]) -> Dict[str, Any]:
    """Return a part of the log: its end, or what follows a place.

    Args:
        entry: The run.
        start: The place; None for the end.
    """
    return vars(Run(entry.path).log(-_TAIL_BYTES if start is None else start, _TAIL_BYTES))


def images(entry: Entry) -> Dict[str, Any]:
    """Return the pictures that there are."""
    return {"images": [{"tag": tag, "steps": steps} for tag, steps in sorted(Run(entry.path).images().items())]}


def code_file(entry: Entry, snapshot: str, path: str) -> Optional[Dict[str, Any]]:
    """Return the text of a file of a snapshot, None if there is none."""
    content = _of(entry, snapshot).file(path)
    if content is None:
        return None
    if b"\0" in content:
        return {"path": path, "text": None, "is_cut": False}
    text = content.decode("utf-8", "replace")
    return {"path": path, "text": text[:_MOST_FILE_CHARACTERS], "is_cut": len(text) > _MOST_FILE_CHARACTERS}


def patch(entry: Entry, snapshot: str) -> Dict[str, Any]:
    """Return the changes since the commit that a snapshot was made with."""
    text = _of(entry, snapshot).patch()
    return {"text": text[:_MOST_FILE_CHARACTERS], "is_cut": len(text) > _MOST_FILE_CHARACTERS}


def _of(entry: Entry, name: str) -> Snapshot:
    snapshots = Run(entry.path).snapshots()
    return next((item for item in snapshots if item.folder == f"code/{name}"), Snapshot(entry.path, None))
