# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Unpacking a zip archive that a stranger may have made."""

import stat
import struct
import zipfile
import zlib
from typing import IO, BinaryIO, cast

from tfaip.scenario.archive.boundedreader import BoundedReader, TooMuchError
from tfaip.scenario.archive.errors import damaged, over_limit, refused
from tfaip.scenario.archive.limits import MAX_FILES, ArchiveLimits, Budget
from tfaip.scenario.archive.names import Names
from tfaip.scenario.archive.writing import CHUNK, write_file, write_folder
from tfaip.util.errors import UserError

# of the table of contents, which is read as a whole
BYTES_PER_ENTRY = 1024
IS_ENCRYPTED = 0x1
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    TooMuchError,
)


def unpack_zip(path: str, folder: str, limits: ArchiveLimits) -> None:
    """Unpack an archive into an empty folder.

    Args:
        path: The archive.
        folder: The folder.
        limits: How large it may be.

    Raises:
        UserError: It is damaged, encrypted, too large, or holds something else than files and folders.
    """
    member = ""
    with open(path, "rb") as raw:
        # the table of contents, and a comment of 64 KB that the end is looked for in
        reader = BoundedReader(raw, limits.files * BYTES_PER_ENTRY + CHUNK)
        budget, names = Budget(path, limits), Names(path)
        try:
            with zipfile.ZipFile(cast(IO[bytes], reader)) as archive:
                infos = archive.infolist()
                if len(infos) > limits.files:
                    raise over_limit(path, f"at most {limits.files} files", str(len(infos)), MAX_FILES)
                for info in infos:
                    member = info.orig_filename
                    _check(path, info)
                    budget.take(info.file_size)
                    name = names.accept(member, info.is_dir())
                    reader.allow(info.compress_size + 2 * CHUNK)
                    _unpack(archive, info, folder, name)
        except UserError:
            raise
        except _DAMAGES as error:
            if isinstance(error, OSError) and error.errno is not None:
                # not of the archive but of the disk
                raise
            raise damaged(path, f"{type(error).__name__}: {error}", member) from error


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: str, name: str) -> None:
    if info.is_dir():
        write_folder(folder, name)
        return
    with archive.open(info) as content:
        write_file(folder, name, cast(BinaryIO, content), info.file_size)


def _check(path: str, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & IS_ENCRYPTED:
        raise refused(path, info.orig_filename, "files without a password", "an encrypted one")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR and not info.is_dir()):
        what = "a link" if kind == stat.S_IFLNK else "a device or something like it"
        raise refused(path, info.orig_filename, "files and folders", what)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(path, info.orig_filename, "files that are stored or deflated", f"method {info.compress_type}")
    if info.is_dir() and info.file_size > 0:
        raise damaged(path, f"a folder of {info.file_size} bytes", info.orig_filename)
