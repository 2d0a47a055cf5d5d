# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reader of the idx files in which MNIST and Fashion-MNIST are published."""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from tfaip.util.errors import UserValueError

_UINT8 = 0x08
_MAX_DIMS = 4


def read_idx(path: Path) -> np.ndarray:
    """Read an idx file of bytes, plain or gzipped.

    Args:
        path: The file; the name ending ``.gz`` means gzip.

    Returns:
        A ``uint8`` array of the shape that the file states.

    Raises:
        UserValueError: If the file is not an idx file of bytes or is cut off; the message names it.
    """
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise _no_idx_file(path, str(error)) from error
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != _UINT8 or not 1 <= content[3] <= _MAX_DIMS:
        raise _no_idx_file(path, f"a file that starts with the bytes {content[:4].hex(' ') or '(empty)'}")
    n_dims = content[3]
    start = 4 + 4 * n_dims
    if len(content) < start:
        raise _no_idx_file(path, f"{len(content)} bytes, cut off in the header")
    shape = struct.unpack(f">{n_dims}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise _no_idx_file(path, f"{len(content) - start} bytes of values for the shape {shape}")
    return np.frombuffer(content, dtype="uint8", offset=start).reshape(shape)


def _no_idx_file(path: Path, got: str) -> UserValueError:
    return UserValueError(
        "The file cannot be read.", where=str(path), expected="an idx file of unsigned bytes", got=got
    )
