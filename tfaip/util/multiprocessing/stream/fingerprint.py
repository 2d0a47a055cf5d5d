# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A cheap number that tells whether two objects of two processes are the same, as far as a look at them shows."""

import zlib
from collections.abc import Mapping, Set
from typing import Any

import numpy as np

from tfaip.util.multiprocessing.failure import TaskFailure

_BLOCK = 1 << 12  # bytes; of a larger array so many blocks are looked at, spread over it
_BLOCKS = 16
_MASK = 0xFFFFFFFF
_DEPTH = 8


def extended(digest: int, value: Any) -> int:
    """Return the digest of a sequence after one more value."""
    return zlib.crc32(fingerprint(value).to_bytes(4, "little"), digest)


def fingerprint(value: Any, depth: int = _DEPTH) -> int:
    """Return a number of 32 bits that is the same for equal values in all processes.

    Args:
        value: Anything. Of objects of other classes the attributes count, without attributes the class alone.
        depth: How deep to look.
    """
    kind = type(value)
    if kind is str:
        return zlib.crc32(value.encode("utf-8", "surrogatepass"))
    if kind is int or kind is float or kind is bool:
        number = hash(value)  # unlike that of texts the same in all processes
        return (number ^ number >> 32) & _MASK
    if value is None or depth == 0:
        return 0
    if isinstance(value, np.ndarray):
        return _of_sequence(value.tolist(), depth) if value.dtype.hasobject else _of_array(value)
    if isinstance(value, (bytes, bytearray)):
        return zlib.crc32(value)
    if isinstance(value, Mapping):  # in any order, like sets
        return sum(_of_item(key, item, depth) for key, item in value.items()) & _MASK
    if isinstance(value, Set):
        return sum(fingerprint(item, depth - 1) for item in value) & _MASK
    if isinstance(value, TaskFailure):  # its texts may hold addresses
        return zlib.crc32(value.type_name.encode())
    if isinstance(value, (list, tuple)):
        return _of_sequence(value, depth)
    if isinstance(value, (str, int, float, complex, np.generic)):  # numbers of NumPy, enumerations
        return zlib.crc32(str(value).encode("utf-8", "surrogatepass"))
    attributes = getattr(value, "__dict__", None)
    name = zlib.crc32(kind.__qualname__.encode())
    return name if attributes is None else (name + fingerprint(attributes, depth - 1)) & _MASK


def _of_item(key: Any, value: Any, depth: int) -> int:
    digest = (fingerprint(key, depth - 1) * 1_000_003 ^ fingerprint(value, depth - 1)) * 0x9E3779B1 & _MASK
    return digest ^ digest >> 15  # mixed, so that two items that exchange their values do not add up to the same


def _of_sequence(values: Any, depth: int) -> int:
    digest = len(values)
    for value in values:
        digest = (digest * 1_000_003 ^ fingerprint(value, depth - 1)) & _MASK
    return digest


def _of_array(array: np.ndarray) -> int:
    digest = hash((array.dtype.num, array.shape)) & _MASK
    content = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    size = content.size
    if size <= _BLOCK * _BLOCKS:
        return zlib.crc32(content.data, digest)
    for number in range(_BLOCKS):
        begin = number * (size - _BLOCK) // (_BLOCKS - 1)
        digest = zlib.crc32(content[begin : begin + _BLOCK].data, digest)
    return digest
