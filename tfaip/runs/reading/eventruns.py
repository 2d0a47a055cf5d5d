# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs of which only TensorBoard's files tell the values: trained by tfaip 1.2, or by another program."""

import os
import re
import zlib
from collections.abc import Iterator
from typing import Dict, List, NamedTuple, Tuple

from tfaip.runs.format.metrics import Level, Values
from tfaip.runs.format.names import TRAIN, VALIDATION
from tfaip.runs.reading.discovery import EVENTS_MARK
from tfaip.runs.reading.events.scalars import MAX_BYTES, scalars
from tfaip.runs.reading.inside import list_inside, open_inside

_LAV_FOLDER = re.compile(r"lav_l(\d+)")
_EPOCH_TAG = "epoch_"
_MAX_FOLDERS = 100


class EventFile(NamedTuple):
    """An event file of a run: its path below it with ``/``, and its inode, time of change and size."""

    name: str
    inode: int
    time_ns: int
    size: int


def event_files(run: str) -> List[EventFile]:
    """Return the event files of a run: in its directory, and in the folders in it."""
    folders, files = list_inside(run, "")
    names = [name for name in files if EVENTS_MARK in name]
    for folder in folders[:_MAX_FOLDERS]:
        names += [f"{folder}/{name}" for name in list_inside(run, folder)[1] if EVENTS_MARK in name]
    found = []
    for name in names:
        try:
            state = os.lstat(os.path.join(run, name))
        except OSError:
            continue
        found.append(EventFile(name, state.st_ino, state.st_mtime_ns, state.st_size))
    return found


def checksum_of(files: List[EventFile]) -> str:
    """Return a text that is another one when any of the files has changed."""
    return f"{zlib.crc32(repr(sorted(files)).encode('utf-8', 'surrogateescape')):x}"


def read_events(run: str) -> List[Values]:
    """Return the values that the event files of a run hold, in the order of their steps.

    Those that tfaip writes are of epochs: their step is the number of epochs.
    """
    found: Dict[Tuple[str, Level, int], Values] = {}
    left = MAX_BYTES
    # a training that went on after a checkpoint wrote the same epochs again, into a newer file
    for file in sorted(event_files(run), key=lambda file: (file.time_ns, file.name)):
        for values in _values_of(run, file.name, left):
            known = found.setdefault((values.split, values.level, values.step), values)
            known.m.update(values.m)
            known.t = max(known.t, values.t)
        left = max(0, left - file.size)
    return sorted(found.values(), key=lambda values: (values.step, values.split))


def _values_of(run: str, name: str, max_bytes: int) -> Iterator[Values]:
    split, prefix = _split_of(name.rpartition("/")[0])
    try:
        file = open_inside(run, name)
    except OSError:
        return
    with file:
        for t, step, tag, value in scalars(file, max_bytes):
            if tag.startswith(_EPOCH_TAG):
                epoch, short = step + 1, tag[len(_EPOCH_TAG) :]
                yield Values(t, epoch, float(epoch), split, Level.EPOCH, {prefix + short: value})
            else:
                yield Values(t, step, 0.0, split, Level.STEP, {prefix + tag: value})


def _split_of(folder: str) -> Tuple[str, str]:
    """Return the split of the values of a folder, and what stands before their names there."""
    match = _LAV_FOLDER.fullmatch(folder)
    if match:
        return f"lav{match.group(1)}", ""
    known = {"": TRAIN, "train": TRAIN, "validation": VALIDATION}
    return (known[folder], "") if folder in known else (TRAIN, f"{folder}/")
