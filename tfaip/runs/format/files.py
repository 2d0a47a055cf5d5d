# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Opening files of directories that anybody may have written to: regular ones only, never following their links."""

import json
import os
import stat
from typing import Any, BinaryIO, Dict, Optional

# a record of a thousand sessions has 2 MB
MAX_JSON_BYTES = 16 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: str) -> BinaryIO:
    """Open a regular file to read it; the last part of its path is not followed if it is a link.

    Args:
        path: The file.

    Raises:
        OSError: It cannot be opened, or is a link, a pipe, a device or a directory.
    """
    descriptor = os.open(path, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "is no regular file", path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_object(path: str, max_bytes: int = MAX_JSON_BYTES) -> Optional[Dict[str, Any]]:
    """Return the object in a JSON file, None if there is no such file or it holds anything else.

    Args:
        path: The file.
        max_bytes: A larger file is not read.
    """
    try:
        with open_regular(path) as file:
            if os.fstat(file.fileno()).st_size > max_bytes:
                return None
            return parse_object(file.read(max_bytes))
    except OSError:
        return None


def parse_object(text: bytes) -> Optional[Dict[str, Any]]:
    """Return the object that a text in JSON holds, None if it holds anything else."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
