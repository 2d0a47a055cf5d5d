# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading a stranger's archive through a file that gives only so much at a time."""

import io
from typing import Any, BinaryIO, Union


class TooMuchError(Exception):
    """More is read than what the archive should need: a header that would fill the memory."""


class BoundedReader(io.RawIOBase):
    """A file that is read by a library that trusts the sizes it finds.

    Args:
        file: The file.
        most: How many bytes may be read until :meth:`allow` is called.

    Attributes:
        last: What was read last.
    """

    def __init__(self, file: Union[BinaryIO, Any], most: int):
        super().__init__()
        self._file = file
        self._left = most
        self.last = b""

    def allow(self, most: int) -> None:
        """Let ``most`` bytes be read from now on."""
        self._left = most

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def seekable(self) -> bool:
        """Return that it can be sought in."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes.

        Raises:
            TooMuchError: They, or all that is left, are more than what is allowed.
        """
        wanted = size if size is not None and size >= 0 else self._left + 1
        if wanted > self._left and size is not None and size >= 0:
            raise TooMuchError(f"{size} bytes at once")
        data: bytes = self._file.read(wanted)
        self._left -= len(data)
        if self._left < 0:
            raise TooMuchError("more bytes than allowed")
        self.last = data
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position.

        Raises:
            ValueError: It lies before the beginning.
        """
        if whence == io.SEEK_SET and offset < 0:
            # an error of the system would pass for one of the disk
            raise ValueError(f"a position of {offset}")
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        """Return the position."""
        return int(self._file.tell())
