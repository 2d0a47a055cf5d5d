# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The encoding of protocol buffers, as far as event files need it."""

import struct
from collections.abc import Iterator
from typing import Tuple, Union

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

# number of the field, kind of its value, the value: a number, or the bytes of all other kinds
Field = Tuple[int, int, Union[int, memoryview]]


class WireError(ValueError):
    """The bytes are no message."""


def fields(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message in their order.

    Raises:
        WireError: It is damaged; what was before the damage has been yielded.
    """
    position, end = 0, len(message)
    while position < end:
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, position = _varint(message, position)
            yield number, kind, value
            continue
        if kind == BYTES:
            size, position = _varint(message, position)
        elif kind in (FIXED32, FIXED64):
            size = 4 if kind == FIXED32 else 8
        else:
            raise WireError(f"unknown kind {kind}")
        if position + size > end:
            raise WireError("cut off")
        yield number, kind, message[position : position + size]
        position += size


def _varint(message: memoryview, position: int) -> Tuple[int, int]:
    value = 0
    for index in range(10):
        if position + index >= len(message):
            raise WireError("cut off")
        byte = message[position + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise WireError("a number of too many digits")


def as_double(value: memoryview) -> float:
    """Return the number of a field of kind FIXED64."""
    return float(struct.unpack("<d", value)[0])


def as_float(value: memoryview) -> float:
    """Return the number of a field of kind FIXED32."""
    return float(struct.unpack("<f", value)[0])


def as_signed(value: int) -> int:
    """Return the number of a field of kind VARINT that may be negative."""
    return value - (1 << 64) if value >= 1 << 63 else value
