# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing files and directories so that a killed process leaves the old or the new state, never a half one."""

import ctypes
import functools
import os
import secrets
import shutil
import sys
import tempfile
from contextlib import contextmanager
from typing import Any, BinaryIO, Iterator, Union

from tfaip.util.errors import UserValueError

TEMPORARY_PREFIX = ".tmp-"
# of renameat2 in linux/fs.h and fcntl.h
AT_FDCWD = -100
RENAME_EXCHANGE = 2
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def write_bytes_atomically(path: str, content: Union[bytes, memoryview]) -> None:
    """Write ``content`` to ``path``: temporary name, fsync, rename.

    Raises:
        OSError: It cannot be written. Names ``path``.
    """
    # the error of a full disk names no file, others the temporary one
    with _naming(path), new_file(path) as file:
        file.write(content)


def write_text_atomically(path: str, content: str) -> None:
    """Write ``content`` as UTF-8 to ``path``: temporary name, fsync, rename."""
    write_bytes_atomically(path, content.encode("utf-8"))


def replace_text(path: str, content: str) -> None:
    """Write ``content`` as UTF-8 to ``path`` without waiting for the disk: what is written again in a moment.

    Raises:
        OSError: It cannot be written. Names ``path``.
    """
    with _naming(path), new_file(path, durable=False) as file:
        file.write(content.encode("utf-8"))


@contextmanager
def new_file(path: str, durable: bool = True) -> Iterator[BinaryIO]:
    """Give a temporary file beside ``path`` that takes its place when the block ends without an error.

    A block that fails leaves nothing, a process that is killed in it a file ``.tmp-*``.

    Args:
        path: The file.
        durable: Wait until it is on the disk, so that a machine that fails leaves the old or the new file, too.

    Raises:
        OSError: It cannot be created or renamed. Errors of the block are raised as they are.
        UserValueError: It has no name.
    """
    _check_has_name(path)
    folder = os.path.dirname(os.path.abspath(path))
    with _naming(path):
        temporary = _temporary_name(folder)
        handle = os.open(temporary, _NEW_FILE, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            with _naming(path):
                file.flush()
                if durable:
                    os.fsync(file.fileno())
        with _naming(path):
            os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise
    if durable:
        sync_directory(folder)


@contextmanager
def _naming(path: str) -> Iterator[None]:
    """Let an error name ``path``, whatever it names itself."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error


@contextmanager
def named_after(path: str) -> Iterator[None]:
    """Let an error that names no file name ``path``.

    Raises:
        OSError: The one that was raised in the block.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, path) from error


@contextmanager
def new_directory(path: str) -> Iterator[str]:
    """Give a temporary directory beside ``path`` that takes its place when the block ends without an error.

    A directory that is already there is replaced as a whole; if it is a link, that which it leads to.

    Raises:
        OSError: Something cannot be written. Names what it would be called in the end.
        UserValueError: It has no name, or it is the working directory or above it, which would be lost.
    """
    _check_has_name(path)
    path = os.path.realpath(path)
    if os.path.join(os.path.realpath(os.getcwd()), "").startswith(os.path.join(path, "")):
        raise UserValueError("The working directory is not replaced.", where=path, expected="another directory")
    parent = os.path.dirname(path)
    temporary = ""
    try:
        os.makedirs(parent, exist_ok=True)
        name = _temporary_name(parent)
        os.mkdir(name)
        temporary = name
        yield temporary
        sync_tree(temporary)
        replace_entry(temporary, path)
    except OSError as error:
        if error.errno is None:
            raise
        filename = os.fsdecode(error.filename or path)
        name = filename.replace(temporary, path, 1) if temporary else path
        raise OSError(error.errno, error.strerror, name) from error
    finally:
        if temporary:
            _remove(temporary)


def replace_entry(source: str, target: str) -> None:
    """Move the file or directory ``source`` to ``target`` on the same file system and remove what was there.

    A directory is exchanged with the old one in one step where the system can do that (Linux). Elsewhere the old one is
    moved away first; a process that is killed in between leaves it in a temporary directory beside ``target``.
    """
    if os.path.isdir(target) and not os.path.islink(target):
        if not _exchange(source, target):
            old = tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=os.path.dirname(os.path.abspath(target)))
            os.rename(target, os.path.join(old, "old"))
            os.rename(source, target)
            source = old
        sync_directory(os.path.dirname(os.path.abspath(target)))
        _remove(source)
    else:
        os.replace(source, target)
        sync_directory(os.path.dirname(os.path.abspath(target)))


def _exchange(first: str, second: str) -> bool:
    """Exchange two directories atomically; return whether the system and the file system can do that."""
    renameat2 = getattr(_libc(), "renameat2", None)
    if renameat2 is None:
        return False
    return bool(renameat2(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) == 0)


@functools.cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


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


def _check_has_name(path: Union[str, "os.PathLike[str]"]) -> None:
    # the absolute path of an empty one is the working directory
    if not os.fspath(path):
        raise UserValueError("The name of a file or directory is empty.", expected="a path", got="''")


def _temporary_name(folder: str) -> str:
    # tempfile would create what nobody else may read, and the mask of the process cannot be read without changing it,
    # which all threads would see
    return os.path.join(folder, TEMPORARY_PREFIX + secrets.token_hex(8))


def _remove(path: str) -> None:
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.remove(path)
