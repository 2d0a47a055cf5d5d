# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Helpers for cached data files: where they live, their hashes, atomic writing, one fetching process at a time."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tfaip.util.errors import UserError


def cache_dir() -> Path:
    """Return the folder of fetched data: ``TFAIP_DATA_DIR``, else ``~/.cache/tfaip`` (of ``XDG_CACHE_HOME`` if set)."""
    explicit = os.environ.get("TFAIP_DATA_DIR")
    if explicit:
        return Path(explicit).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tfaip"


def keras_dir() -> Path:
    """Return the folder in which Keras keeps downloaded data sets."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras").expanduser() / "datasets"


def is_offline(offline: bool | None) -> bool:
    """Return ``offline``, or if it is None whether ``TFAIP_OFFLINE`` is set to something else than 0, false or no."""
    if offline is not None:
        return offline
    return os.environ.get("TFAIP_OFFLINE", "").strip().lower() not in {"", "0", "false", "no"}


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_hash(what: str, expected: str, got: str, hint: str) -> None:
    """Raise a UserError that names ``what`` unless both hashes are equal."""
    if got != expected:
        raise UserError(
            "A data file is not the one that was verified; it is not used.",
            where=what,
            expected=f"sha256 {expected}",
            got=f"sha256 {got}",
            hint=hint,
        )


@contextlib.contextmanager
def written_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place at the end; an error leaves nothing behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Yield a new folder in ``parent`` (so that a rename out of it is atomic), removed at the end."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=".fetch-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def only_one_process(name: str) -> Iterator[None]:
    """Let one process at a time fetch ``name``; the others wait and then find it in the cache.

    Where there are no file locks (Windows, some network folders) the processes fetch side by side, which atomic renames
    make safe, only slower.
    """
    folder = cache_dir()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("w") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        except (ImportError, OSError):
            yield
            return
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
