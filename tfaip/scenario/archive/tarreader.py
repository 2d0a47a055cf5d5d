# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Unpacking a tar archive that a stranger may have made."""

import gzip
import tarfile
import zlib
from typing import Any, BinaryIO, cast

from tfaip.scenario.archive.boundedreader import BoundedReader, TooMuchError
from tfaip.scenario.archive.errors import damaged, refused
from tfaip.scenario.archive.limits import ArchiveLimits, Budget
from tfaip.scenario.archive.names import Names
from tfaip.scenario.archive.writing import CHUNK, write_file, write_folder
from tfaip.util.errors import UserError

# the headers of one member, with its long name; and what fills the last block of an archive
MAX_HEADER_BYTES = 2**17
BLOCK = 512
_DAMAGES = (
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    OverflowError,
    RecursionError,
    TooMuchError,
)


def unpack_tar(path: str, folder: str, limits: ArchiveLimits) -> None:
    """Unpack an archive into an empty folder.

    Args:
        path: The archive.
        folder: The folder.
        limits: How large it may be.

    Raises:
        UserError: It is damaged, too large, or holds something else than files and folders.
    """
    with open(path, "rb") as raw:
        is_packed = not path.lower().endswith(".tar")
        file: Any = gzip.GzipFile(fileobj=raw) if is_packed else raw
        reader = BoundedReader(file, MAX_HEADER_BYTES)
        unpacking = _Unpacking(path, folder, limits, reader)
        try:
            with tarfile.open(fileobj=cast(BinaryIO, reader), mode="r:") as tar:
                unpacking.unpack(tar)
        except UserError:
            raise
        except _DAMAGES as error:
            if isinstance(error, OSError) and error.errno is not None:
                # not of the archive but of the disk
                raise
            raise damaged(path, f"{type(error).__name__}: {error}", unpacking.member) from error


class _Unpacking:
    def __init__(self, path: str, folder: str, limits: ArchiveLimits, reader: BoundedReader):
        self.member = ""
        self._path = path
        self._folder = folder
        self._reader = reader
        self._budget = Budget(path, limits)
        self._names = Names(path)

    def unpack(self, tar: tarfile.TarFile) -> None:
        while True:
            self._reader.allow(MAX_HEADER_BYTES)
            info = tar.next()
            if info is None:
                break
            # which keeps the headers of all members
            cast(Any, tar).members.clear()
            self.member = info.name
            self._check(info)
            self._budget.take(info.size)
            name = self._names.accept(info.name, info.isdir())
            # what Python refuses, too, where it knows how to
            if hasattr(tarfile, "data_filter"):
                tarfile.data_filter(info, self._folder)
            if info.isdir():
                write_folder(self._folder, name)
            else:
                self._reader.allow(info.size + CHUNK)
                write_file(self._folder, name, cast(BinaryIO, tar.extractfile(info)), info.size)
        self._check_end()

    def _check(self, info: tarfile.TarInfo) -> None:
        if info.issym() or info.islnk():
            raise refused(self._path, info.name, "files and folders", f"a link to {info.linkname[:200]}")
        if info.issparse() or not (info.isreg() or info.isdir()):
            raise refused(self._path, info.name, "files and folders", f"an entry of type {info.type!r}")
        if info.size < 0 or (info.isdir() and info.size > 0):
            raise damaged(self._path, f"a size of {info.size}", info.name)

    def _check_end(self) -> None:
        """Check that the archive is complete: tarfile takes a header that is cut off for the end."""
        if self._reader.last != bytes(BLOCK):
            raise damaged(self._path, "no end of the archive")
        self._reader.allow(MAX_HEADER_BYTES)
        # up to the checksum of gzip
        while self._reader.read(2**16):
            pass
