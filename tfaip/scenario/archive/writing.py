# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing what is unpacked: new files only, for this user only."""

import os
from typing import BinaryIO

from tfaip.util.file.atomic import named_after

CHUNK = 2**20


def write_folder(root: str, name: str) -> str:
    """Create a folder below ``root``, unless it is there, and return its path."""
    path = os.path.join(root, *name.split("/")) if name else root
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def write_file(root: str, name: str, content: BinaryIO, size: int) -> None:
    """Write a new file below ``root``.

    Args:
        root: The folder.
        name: The name of the file.
        content: What to write.
        size: How many bytes it should have.

    Raises:
        EOFError: It has less or more.
    """
    folder, _, basename = name.rpartition("/")
    path = os.path.join(write_folder(root, folder), basename)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    written = 0
    with named_after(path), os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        while written <= size:
            data = content.read(min(CHUNK, size - written + 1))
            if not data:
                break
            file.write(data)
            written += len(data)
    if written != size:
        raise EOFError(f"{written} bytes instead of {size}")
