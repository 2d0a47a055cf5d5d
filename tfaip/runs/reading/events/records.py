# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The records of an event file."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

# a length and its checksum stand before each record, a checksum behind it
_HEADER = struct.Struct("<QI")
_FOOTER_SIZE = 4


def records(file: BinaryIO, max_bytes: int, max_record: int) -> Iterator[memoryview]:
    """Yield the records of an event file; it ends where a record is damaged or not yet written to its end.

    Args:
        file: The file, which is read from where it stands.
        max_bytes: How much is read at the most.
        max_record: A larger record, such as one with pictures, is passed over.
    """
    done = 0
    while done < max_bytes:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        size = int(_HEADER.unpack(header)[0])
        done += size + _HEADER.size + _FOOTER_SIZE
        if size > max_bytes:
            return
        if size > max_record:
            file.seek(size + _FOOTER_SIZE, 1)
            continue
        content = file.read(size + _FOOTER_SIZE)
        if len(content) < size + _FOOTER_SIZE:
            return
        yield memoryview(content)[:size]
