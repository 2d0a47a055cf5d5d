# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Packing a model directory into one file."""

import gzip
import os
import re
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, Tuple

from tfaip.scenario.archive.limits import ArchiveLimits, Budget
from tfaip.scenario.paramsfile import ARCHIVE_ENDINGS
from tfaip.util.file.atomic import new_file

# the first time that zip knows: the same model gives the same archive
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o644


def pack_model_directory(folder: str, path: str) -> None:
    """Pack a model directory. The files lie in a folder that has the name of the archive.

    Args:
        folder: The model directory.
        path: The archive; what it ends with tells the kind. It is there as a whole or not at all.

    Raises:
        UserError: It would be larger than what is unpacked again.
    """
    write = _write_zip if path.lower().endswith(".zip") else _write_tar
    with new_file(path) as target:
        write(folder, target, path)
        budget = Budget(path, ArchiveLimits.of_environment(), packed=target.tell())
        for _, filename in _files(folder, path):
            budget.take(os.path.getsize(filename))


def _files(folder: str, path: str) -> Iterator[Tuple[str, str]]:
    """Yield the name in the archive and the path of all files, in the order of the names."""
    root = archive_stem(path)
    found = []
    for parent, _, names in os.walk(folder):
        for name in names:
            filename = os.path.join(parent, name)
            found.append((f"{root}/{os.path.relpath(filename, folder).replace(os.sep, '/')}", filename))
    yield from sorted(found)


def archive_stem(path: str) -> str:
    """Return the name of an archive without what tells its kind."""
    name = os.path.basename(path)
    ending = next((ending for ending in ARCHIVE_ENDINGS if name.lower().endswith(ending)), "")
    stem = name[: len(name) - len(ending)]
    # what could not be unpacked everywhere
    return "model" if not stem or stem.startswith(("~", ".")) or re.search(r'[\\:*?"<>|\x00-\x1f\x7f]', stem) else stem


def _write_zip(folder: str, target: BinaryIO, path: str) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for name, filename in _files(folder, path):
            info = zipfile.ZipInfo(name, ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = FILE_MODE << 16
            # above 2 GB the header has another form
            info.file_size = os.path.getsize(filename)
            with open(filename, "rb") as source, archive.open(info, "w") as member:
                shutil.copyfileobj(source, member)


def _write_tar(folder: str, target: BinaryIO, path: str) -> None:
    if path.lower().endswith(".tar"):
        with tarfile.open(fileobj=target, mode="w") as archive:
            _add_files(archive, folder, path)
        return
    # no name and no time in the header
    with gzip.GzipFile("", "wb", compresslevel=6, fileobj=target, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            _add_files(archive, folder, path)


def _add_files(archive: tarfile.TarFile, folder: str, path: str) -> None:
    for name, filename in _files(folder, path):
        info = tarfile.TarInfo(name)
        info.size = os.path.getsize(filename)
        info.mode = FILE_MODE
        with open(filename, "rb") as source:
            archive.addfile(info, source)
