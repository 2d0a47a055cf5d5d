# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The code that a run was trained with: snapshots, the changes since a commit, and the packages."""

import re
from typing import Dict, List, Optional

from tfaip.runs.format.code import CodeManifest
from tfaip.runs.format.files import MAX_JSON_BYTES, parse_object
from tfaip.runs.format.names import (
    CODE_DIR,
    CODE_FILES_DIR,
    CODE_MANIFEST_FILENAME,
    CODE_PATCH_FILENAME,
    PACKAGES_FILENAME,
)
from tfaip.runs.reading.inside import list_inside, read_inside

MAX_FILE_BYTES = 4 << 20
MAX_PATCH_BYTES = 16 << 20
_PACKAGE = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:==|@|\s)\s*(\S+)")


def snapshots(run: str) -> List[str]:
    """Return the folders of the complete snapshots of a run, the oldest one first."""
    numbers = sorted(int(name) for name in list_inside(run, CODE_DIR)[0] if name.isdecimal() and name.isascii())
    folders = [f"{CODE_DIR}/{number}" for number in numbers]
    return [folder for folder in folders if CODE_MANIFEST_FILENAME in list_inside(run, folder)[1]]


def read_code_manifest(run: str, folder: str) -> Optional[CodeManifest]:
    """Return which files a snapshot holds, None if there is none.

    Args:
        run: The directory of the run.
        folder: The folder of the snapshot below it.
    """
    try:
        content = parse_object(read_inside(run, f"{folder}/{CODE_MANIFEST_FILENAME}", MAX_JSON_BYTES))
    except OSError:
        return None
    return None if content is None else CodeManifest.of(content)


def read_code_file(run: str, folder: str, path: str) -> Optional[bytes]:
    """Return the beginning of a file of a snapshot, None if there is none.

    Args:
        run: The directory of the run.
        folder: The folder of the snapshot below it.
        path: The path of the file in the snapshot.
    """
    try:
        return read_inside(run, f"{folder}/{CODE_FILES_DIR}/{path}", MAX_FILE_BYTES)
    except OSError:
        return None


def read_patch(run: str, folder: Optional[str]) -> str:
    """Return the changes of the working tree since its commit, as git tells them; empty if there are none."""
    return _text(run, folder, CODE_PATCH_FILENAME)


def read_packages(run: str, folder: Optional[str]) -> Dict[str, str]:
    """Return the versions of the packages by their names; empty if they are not known."""
    matches = [_PACKAGE.match(line) for line in _text(run, folder, PACKAGES_FILENAME).splitlines()]
    return {match.group(1): match.group(2) for match in matches if match}


def _text(run: str, folder: Optional[str], filename: str) -> str:
    for name in ([f"{folder}/{filename}"] if folder else []) + [filename]:
        try:
            return read_inside(run, name, MAX_PATCH_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
    return ""
