# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing files and directories so that a killed process leaves the old or the new state, never a half one."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import Iterator, Union

TEMPORARY_PREFIX = ".tmp-"


def write_bytes_atomically(path: str, content: bytes) -> None:
    """Write ``content`` to ``path``: temporary name, fsync, rename."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise
    sync_directory(folder)


def write_text_atomically(path: str, content: str) -> None:
    """Write ``content`` as UTF-8 to ``path``: temporary name, fsync, rename."""
    write_bytes_atomically(path, content.encode("utf-8"))


@contextmanager
def new_directory(path: str) -> Iterator[str]:
    """Give a temporary directory beside ``path`` that takes its place when the block ends without an error.

    A directory that is already there is replaced as a whole.
    """
    path = os.path.abspath(path)
    parent = os.path.dirname(path)
    os.makedirs(parent, exist_ok=True)
    temporary = tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent)
    try:
        yield temporary
        sync_tree(temporary)
        os.chmod(temporary, 0o777 & ~_umask())
        replace_entry(temporary, path)
    finally:
        _remove(temporary)


def replace_entry(source: str, target: str) -> None:
    """Move the file or directory ``source`` to ``target`` on the same file system and remove what was there."""
    if os.path.isdir(target) and not os.path.islink(target):
        old = tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=os.path.dirname(os.path.abspath(target)))
        try:
            os.rename(target, os.path.join(old, "old"))
            os.rename(source, target)
        finally:
            shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(source, target)
    sync_directory(os.path.dirname(os.path.abspath(target)))


def remove_temporary_entries(folder: str) -> None:
    """Remove what killed processes left behind in ``folder``."""
    if not os.path.isdir(folder):
        return
    for name in os.listdir(folder):
        if name.startswith(TEMPORARY_PREFIX):
            _remove(os.path.join(folder, name))


def sync_tree(root: str) -> None:
    """Flush all files below ``root`` to the disk."""
    for folder, _, files in os.walk(root):
        for name in files:
            with open(os.path.join(folder, name), "rb") as file:
                os.fsync(file.fileno())
        sync_directory(folder)


def sync_directory(folder: Union[str, os.PathLike]) -> None:
    """Flush the entries of a directory to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.remove(path)


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value
