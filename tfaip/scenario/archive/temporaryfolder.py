# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Private folders that are gone when their process is."""

import atexit
import os
import shutil
import stat
import tempfile
from typing import Any, Dict

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PREFIX = "tfaip-model-"
LOCK = ".lock"
# kept open: a process that ends, however it does, lets its locks go
_locks: Dict[str, Any] = {}
# the process that made each folder: a child inherits them
_folders: Dict[str, int] = {}


def create_temporary_folder() -> str:
    """Return a new folder that only this user can look into; it is removed when the process ends.

    What processes left behind that were killed is removed before.
    """
    _remove_stale_folders()
    folder = tempfile.mkdtemp(prefix=PREFIX)
    _lock(folder)
    _folders[folder] = os.getpid()
    return folder


@atexit.register
def remove_temporary_folders() -> None:
    """Remove the folders of this process; for who ends it so that Python does not (``os._exit``)."""
    for folder, owner in _folders.items():
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


def remove_temporary_folder(folder: str) -> None:
    """Remove a folder of :func:`create_temporary_folder` before the process ends."""
    shutil.rmtree(folder, ignore_errors=True)
    _folders.pop(folder, None)
    lock = _locks.pop(folder, None)
    if lock is not None:
        lock.close()


def _lock(folder: str) -> None:
    if fcntl is None:
        return
    # nobody sees the lock before it is held
    temporary = os.path.join(folder, f"{LOCK}.new")
    file = open(temporary, "wb")  # noqa: SIM115
    fcntl.flock(file, fcntl.LOCK_EX)
    os.rename(temporary, os.path.join(folder, LOCK))
    _locks[folder] = file


def _remove_stale_folders() -> None:
    if fcntl is None:
        return
    root = tempfile.gettempdir()
    for name in os.listdir(root):
        folder = os.path.join(root, name)
        if name.startswith(PREFIX) and _is_stale(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_stale(folder: str) -> bool:
    """Tell whether a folder is one of this user's whose process has ended."""
    try:
        info = os.lstat(folder)
        if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
            return False
        with open(os.path.join(folder, LOCK), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except OSError:
        # it is in use, not locked yet, or already gone
        return False
