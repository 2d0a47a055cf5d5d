# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How large an archive may be, and keeping count while it is unpacked."""

import os
from dataclasses import dataclass, field
from typing import Optional

from tfaip.scenario.archive.errors import over_limit
from tfaip.util.errors import UserValueError

MAX_FILES = "TFAIP_ARCHIVE_MAX_FILES"
MAX_BYTES = "TFAIP_ARCHIVE_MAX_BYTES"
MAX_RATIO = "TFAIP_ARCHIVE_MAX_RATIO"


@dataclass(frozen=True)
class ArchiveLimits:
    """Limits of what is unpacked.

    Attributes:
        files: Number of files and folders.
        total_bytes: Size of all files together.
        ratio: Size of all files together, by the size of the archive.
        free_bytes: Up to this size the ratio does not matter: constant weights are packed well.
    """

    files: int = 10_000
    total_bytes: int = 16 * 2**30
    ratio: int = 200
    free_bytes: int = 64 * 2**20

    @staticmethod
    def of_environment() -> "ArchiveLimits":
        """Return the limits that the environment sets, the default ones for the rest.

        Raises:
            UserValueError: A variable does not hold a number.
        """
        default = ArchiveLimits()
        return ArchiveLimits(
            _number(MAX_FILES, default.files),
            _number(MAX_BYTES, default.total_bytes),
            _number(MAX_RATIO, default.ratio),
        )


def _number(variable: str, default: int) -> int:
    text = os.environ.get(variable)
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise UserValueError("The limit is no number.", where=variable, expected="a whole number", got=repr(text))
    return int(text)


@dataclass
class Budget:
    """Keeps count of what an archive would unpack to.

    Attributes:
        path: The archive.
        limits: Its limits.
        packed: The size of the archive. Default: looked up.
    """

    path: str
    limits: ArchiveLimits
    packed: Optional[int] = None
    _files: int = field(default=0, init=False)
    _bytes: int = field(default=0, init=False)

    def take(self, size: int) -> None:
        """Count a file or folder, before anything of it is written.

        Args:
            size: Its size, 0 for a folder.

        Raises:
            UserValueError: With it, a limit is exceeded.
        """
        if self.packed is None:
            self.packed = os.path.getsize(self.path)
        self._files += 1
        self._bytes += size
        limits = self.limits
        if self._files > limits.files:
            raise over_limit(self.path, f"at most {limits.files} files", "more", MAX_FILES)
        if self._bytes > limits.total_bytes:
            got = f"{self._bytes} bytes or more"
            raise over_limit(self.path, f"at most {limits.total_bytes} bytes unpacked", got, MAX_BYTES)
        if self._bytes > limits.free_bytes and self._bytes > limits.ratio * self.packed:
            got = f"{self._bytes} bytes or more out of {self.packed}"
            raise over_limit(self.path, f"at most {limits.ratio} times the size of the archive", got, MAX_RATIO)
