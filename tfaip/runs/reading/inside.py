# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Files below the directory of a run: regular ones only, and no link on the way to them is followed."""

import os
import stat
from typing import BinaryIO, List, Tuple

from tfaip.util.file.inside import climbs_out

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# without O_NONBLOCK a pipe would be waited for
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC
_MAX_ENTRIES = 20_000


def open_inside(root: str, name: str) -> BinaryIO:
    """Open a regular file below a directory to read it.

    Args:
        root: The directory; it may itself be reached by links.
        name: The path below it, with ``/`` between folders.

    Raises:
        OSError: There is no such file, it is a link or behind one, no regular file, or the path leads out.
    """
    _check(root, name)
    folder_name, _, file_name = name.rpartition("/")
    folder = _open_folder(root, folder_name)
    try:
        descriptor = os.open(file_name, _FILE, dir_fd=folder)
    finally:
        os.close(folder)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "is no regular file", os.path.join(root, name))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_inside(root: str, name: str, max_bytes: int) -> bytes:
    """Return the beginning of a file below a directory, see :func:`open_inside`.

    Raises:
        OSError: As of :func:`open_inside`.
    """
    with open_inside(root, name) as file:
        return file.read(max_bytes)


def list_inside(root: str, name: str) -> Tuple[List[str], List[str]]:
    """Return the names of the folders and of the regular files in a folder below a directory, without links.

    Args:
        root: The directory.
        name: The folder below it; empty for the directory itself.

    Returns:
        Both in order; empty if there is no such folder. Of a folder of very many files only some.
    """
    folders: List[str] = []
    files: List[str] = []
    try:
        _check(root, name)
        folder = _open_folder(root, name)
    except OSError:
        return folders, files
    try:
        with os.scandir(folder) as entries:
            for entry, _ in zip(entries, range(_MAX_ENTRIES), strict=False):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    files.append(entry.name)
    except OSError:
        return [], []
    finally:
        os.close(folder)
    return sorted(folders), sorted(files)


def _check(root: str, name: str) -> None:
    try:
        os.fsencode(name)
    except UnicodeEncodeError as error:
        raise OSError(None, "is no name of a file", root) from error
    if climbs_out(name) or (name and not all(name.split("/"))):
        raise OSError(None, "leads out of its directory", root)


def _open_folder(root: str, name: str) -> int:
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in name.split("/") if name else []:
        try:
            inner = os.open(part, _DIRECTORY, dir_fd=descriptor)
        finally:
            os.close(descriptor)
        descriptor = inner
    return descriptor
