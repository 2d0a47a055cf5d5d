# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The log of a run."""

import os
from dataclasses import dataclass

from tfaip.runs.reading.discovery import LOG_FILENAME
from tfaip.runs.reading.inside import open_inside


@dataclass
class LogPart:
    """A part of a log.

    Attributes:
        text: The part.
        start: How many bytes are before it.
        end: How many bytes are before what follows it: reading goes on there.
        size: The bytes of the whole log.
    """

    text: str = ""
    start: int = 0
    end: int = 0
    size: int = 0


def read_log(run: str, start: int = 0, max_bytes: int = 1 << 16) -> LogPart:
    """Return a part of the log of a run, which is empty if there is none.

    Args:
        run: The directory of the run.
        start: Where the part begins. Negative: that many bytes before the end, at the beginning of a line.
        max_bytes: How many bytes it has at the most.
    """
    try:
        with open_inside(run, LOG_FILENAME) as file:
            size = os.fstat(file.fileno()).st_size
            begin = max(0, size + start) if start < 0 else min(start, size)
            file.seek(begin)
            content = file.read(max_bytes)
    except OSError:
        return LogPart()
    if start < 0 < begin:
        rest = content.partition(b"\n")[2]
        begin += len(content) - len(rest)
        content = rest
    content = _whole_characters(content)
    return LogPart(content.decode("utf-8", "replace"), begin, begin + len(content), size)


def _whole_characters(content: bytes) -> bytes:
    """Return the bytes without the beginning of a character in UTF-8 at their end."""
    for count in range(1, min(4, len(content)) + 1):
        byte = content[-count]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return content if count >= length else content[:-count]
        if byte < 0x80:
            break
    return content
