# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which directories are runs."""

import os
from collections.abc import Iterator, Sequence
from typing import List, NamedTuple, Set, Tuple

from tfaip.runs.format.names import RUN_FILENAME, STATUS_FILENAME
from tfaip.util.errors import UserError, UserFileNotFoundError

PARAMS_FILENAME = "trainer_params.json"
LOG_FILENAME = "train.log"
EVENTS_MARK = "tfevents"
# folders of TensorBoard's files in a run
EVENT_FOLDERS = ("train", "validation")
_TRAINING_FOLDERS = frozenset({"checkpoint", "train", "best", "export"})
_TRAINING_FILES = {LOG_FILENAME, "config.yaml"}
MAX_DEPTH = 12
MAX_FOLDERS = 100_000


class Found(NamedTuple):
    """A run that was found.

    Attributes:
        path: Its directory, absolute.
        label: Its path below the directory that was searched, or as it was given if it is that directory itself.
        has_record: Whether it has a record.
    """

    path: str
    label: str
    has_record: bool


class _Folder(NamedTuple):
    path: str
    folders: List[str]
    links: List[str]
    files: Set[str]

    @property
    def has_record(self) -> bool:
        return RUN_FILENAME in self.files or STATUS_FILENAME in self.files

    @property
    def is_run(self) -> bool:
        if self.has_record or _has_events(self.files) or self._is_trained:
            return True
        return any(
            name in self.folders and _has_events(_scan(os.path.join(self.path, name)).files) for name in EVENT_FOLDERS
        )

    @property
    def _is_trained(self) -> bool:
        """Whether it has what a training without record leaves; a model has parameters, too."""
        if PARAMS_FILENAME in self.files:
            return bool(_TRAINING_FOLDERS.intersection(self.folders) or _TRAINING_FILES & self.files)
        return "checkpoint" in self.folders and LOG_FILENAME in self.files


def find_run_folders(directories: Sequence[str]) -> List[Found]:
    """Return the runs in directories, each once, in the order of their paths.

    Runs are not searched for others. Links are followed only where they lead straight to a run.

    Args:
        directories: The directories; each may itself be a run.

    Raises:
        UserError: One of them is no directory, or there are far too many folders.
    """
    found: List[Found] = []
    seen: Set[str] = set()
    for directory in directories:
        _check_directory(directory)
        for path, has_record in _runs_below(os.path.abspath(directory)):
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                found.append(Found(path, _label(path, directory, len(directories) > 1), has_record))
    return found


def is_run(path: str) -> bool:
    """Tell whether a directory is a run."""
    return _scan(path).is_run


def _check_directory(directory: str) -> None:
    if not os.path.lexists(directory):
        raise UserFileNotFoundError("There is no such directory.", where=directory, expected="a directory with runs")
    if not os.path.isdir(directory):
        raise UserError("This is no directory.", where=directory, expected="a run, or a directory with runs")


def _label(path: str, directory: str, with_directory: bool) -> str:
    inner = os.path.relpath(path, os.path.abspath(directory))
    if inner == os.curdir:
        return os.path.basename(path) if directory in ("", os.curdir) else os.path.normpath(directory)
    return os.path.normpath(os.path.join(directory, inner)) if with_directory else inner


def _runs_below(root: str) -> Iterator[Tuple[str, bool]]:
    pending = [(root, 0)]
    count = 0
    while pending:
        path, depth = pending.pop()
        count += 1
        if count > MAX_FOLDERS:
            raise UserError(
                f"There are more than {MAX_FOLDERS} folders.",
                where=root,
                expected="a directory that holds runs",
                hint="name the directories of the runs themselves",
            )
        folder = _scan(path)
        if folder.is_run:
            yield path, folder.has_record
            continue
        if depth < MAX_DEPTH:
            pending += [(os.path.join(path, name), depth + 1) for name in sorted(folder.folders, reverse=True)]
        yield from _linked_runs(folder)


def _linked_runs(folder: _Folder) -> Iterator[Tuple[str, bool]]:
    for name in sorted(folder.links):
        linked = _scan(os.path.join(folder.path, name))
        if linked.is_run:
            yield linked.path, linked.has_record


def _scan(path: str) -> _Folder:
    folders: List[str] = []
    links: List[str] = []
    files: Set[str] = set()
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_symlink():
                    links.append(entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith("."):
                        folders.append(entry.name)
                else:
                    files.add(entry.name)
    except OSError:
        # a folder that is removed meanwhile, or that is not for us
        return _Folder(path, [], [], set())
    return _Folder(path, folders, links, files)


def _has_events(names: Set[str]) -> bool:
    return any(EVENTS_MARK in name for name in names)
