# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing a snapshot of code into the directory of a run, unless the last one is the same."""

import hashlib
import os
import re
import shutil
import sys
from typing import List, Optional

from tfaip.runs.code.collecting import Code
from tfaip.runs.format.code import CodeFile, CodeManifest, read_manifest, write_manifest
from tfaip.runs.format.files import open_regular
from tfaip.runs.format.names import CODE_DIR, CODE_FILES_DIR, CODE_PATCH_FILENAME, PACKAGES_FILENAME
from tfaip.util.file.atomic import TEMPORARY_PREFIX, remove_temporary_entries

_DISTRIBUTION = re.compile(r"([^-]+)-([^-]+)(?:-[^-]+)?\.(?:dist|egg)-info")


def write_snapshot(folder: str, code: Code, patch: bytes, packages: str) -> str:
    """Write a snapshot.

    Args:
        folder: The directory of the run.
        code: The files.
        patch: How those under version control differ from the commit.
        packages: The installed packages, a line each.

    Returns:
        Its name within the run, such as ``code/1``; that of the last one if it holds the same.

    Raises:
        OSError: It cannot be written.
    """
    files = {path: CodeFile(hashlib.sha256(text).hexdigest(), len(text)) for path, text in code.files.items()}
    manifest = CodeManifest(code.root, files, code.left_out)
    home = os.path.join(folder, CODE_DIR)
    os.makedirs(home, exist_ok=True)
    remove_temporary_entries(home)
    last = _last(home)
    if last and _is_same(os.path.join(home, str(last)), manifest, patch, packages):
        return f"{CODE_DIR}/{last}"
    temporary = os.path.join(home, f"{TEMPORARY_PREFIX}{last + 1}")
    try:
        os.mkdir(temporary)
        _write(temporary, code, patch, packages)
        write_manifest(temporary, manifest)
        os.rename(temporary, os.path.join(home, str(last + 1)))
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return f"{CODE_DIR}/{last + 1}"


def installed_packages() -> str:
    """Return the installed packages with their versions, a line each, as ``pip freeze`` has them."""
    lines = set()
    for folder in sys.path:
        # their names tell it: reading the metadata of hundreds of packages takes long
        for name in _names(folder or os.curdir):
            match = _DISTRIBUTION.fullmatch(name)
            if match:
                lines.add(f"{match.group(1).replace('_', '-')}=={match.group(2)}\n")
    return "".join(sorted(lines, key=str.lower))


def _names(folder: str) -> List[str]:
    return os.listdir(folder) if os.path.isdir(folder) else []


def _write(folder: str, code: Code, patch: bytes, packages: str) -> None:
    files = os.path.join(folder, CODE_FILES_DIR)
    for subfolder in {path.rpartition("/")[0] for path in code.files}:
        os.makedirs(os.path.join(files, *subfolder.split("/")), exist_ok=True)
    for path, text in code.files.items():
        _write_file(os.path.join(files, *path.split("/")), text)
    if patch:
        _write_file(os.path.join(folder, CODE_PATCH_FILENAME), patch)
    _write_file(os.path.join(folder, PACKAGES_FILENAME), packages.encode())


def _write_file(filename: str, text: bytes) -> None:
    with open(filename, "xb", buffering=0) as file:
        while text:
            text = text[file.write(text) :]


def _last(home: str) -> int:
    return max((int(name) for name in os.listdir(home) if name.isdecimal()), default=0)


def _is_same(folder: str, manifest: CodeManifest, patch: bytes, packages: str) -> bool:
    stored = read_manifest(folder)
    return (
        stored is not None
        and (stored.root, stored.files) == (manifest.root, manifest.files)
        and (_content(os.path.join(folder, CODE_PATCH_FILENAME)) or b"") == patch
        and _content(os.path.join(folder, PACKAGES_FILENAME)) == packages.encode()
    )


def _content(filename: str) -> Optional[bytes]:
    try:
        with open_regular(filename) as file:
            return file.read()
    except OSError:
        return None
