# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A cheap number that tells whether two objects of two processes are the same, as far as a look at them shows."""

import zlib
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from tfaip.util.multiprocessing.failure import TaskFailure

_WHOLE = 1 << 16  # bytes of an array that are looked at; of a larger one so many are spread over it
_MASK = 0xFFFFFFFF
_DEPTH = 8


def extended(digest: int, value: Any) -> int:
    """Return the digest of a sequence after one more value."""
    return zlib.crc32(fingerprint(value).to_bytes(4, "little"), digest)


def fingerprint(value: Any, depth: int = _DEPTH) -> int:
    """Return a number of 32 bits that is the same for equal values in all processes.

    Args:
        value: Anything. Of objects of unknown classes the attributes count, without attributes the class alone.
        depth: How deep to look.
    """
    if isinstance(value, np.ndarray) and value.dtype.hasobject:
        value = value.tolist()
    if isinstance(value, np.ndarray):
        return _of_array(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return zlib.crc32(value)
    if value is None or isinstance(value, (str, int, float, complex, np.generic)):
        return zlib.crc32(f"{type(value).__name__} {value!s}".encode("utf-8", "surrogatepass"))
    if depth == 0:
        return 0
    if isinstance(value, Mapping):  # in any order, like sets
        return sum(fingerprint(item, depth - 1) for item in value.items()) & _MASK
    if isinstance(value, Set):
        return sum(fingerprint(item, depth - 1) for item in value) & _MASK
    digest = zlib.crc32(type(value).__qualname__.encode())
    if isinstance(value, TaskFailure):  # its texts may hold addresses
        return zlib.crc32(value.type_name.encode(), digest)
    if isinstance(value, (list, tuple)):
        for item in value:
            digest = zlib.crc32(fingerprint(item, depth - 1).to_bytes(4, "little"), digest)
        return digest
    attributes = getattr(value, "__dict__", None)
    return digest if attributes is None else (digest + fingerprint(attributes, depth - 1)) & _MASK


def _of_array(array: np.ndarray) -> int:
    content = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    step = -(-content.size // _WHOLE)
    if step > 1:
        step += 1 - step % 2  # odd, so that not the same byte of each element is looked at
        content = np.ascontiguousarray(content[::step])
    return zlib.crc32(content.data, zlib.crc32(f"{array.dtype.str}{array.shape}".encode()))
