# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``metrics.jsonl``, read bit by bit while a training adds to it."""

import os
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO, List, NamedTuple, Optional

from tfaip.runs.format.metrics import MAX_LINE_BYTES, Rewind, Values, parse_line
from tfaip.runs.format.names import METRICS_FILENAME
from tfaip.runs.reading.inside import open_inside

MAX_BYTES = 8 << 20
# how many of the bytes before the cursor must be the same for the file to be the same
_MARK_BYTES = 64


@dataclass
class MetricsUpdate:
    """What has come to the values of a run since they were last read.

    Attributes:
        cursor: Where reading goes on; to be given back as it is.
        reset: Whether all that was read before no longer holds: this is a beginning.
        rewind: If the training has gone back, values that were read before and are of later steps no longer hold.
        values: The new values, without those that no longer hold.
        more: Whether there is more that can be read at once.
        broken: How many lines could not be read.
    """

    cursor: str
    reset: bool = False
    rewind: Optional[Rewind] = None
    values: List[Values] = field(default_factory=list)
    more: bool = False
    broken: int = 0

    def add_to(self, values: List[Values]) -> List[Values]:
        """Return the values of a run after this update.

        Args:
            values: Those before.
        """
        kept = [] if self.reset else values
        if self.rewind is not None:
            last_step = self.rewind.step
            kept = [entry for entry in kept if entry.step <= last_step]
        return kept + self.values

    def _go_back(self, rewind: Rewind) -> None:
        self.values = [entry for entry in self.values if entry.step <= rewind.step]
        if self.rewind is None or rewind.step < self.rewind.step:
            self.rewind = rewind


class _Place(NamedTuple):
    """A place in a file: the file, how many bytes are before it, and a checksum of the last of them."""

    inode: int
    offset: int
    mark: int

    def __str__(self) -> str:
        return f"{self.inode:x}-{self.offset:x}-{self.mark:x}"

    @staticmethod
    def of(text: Optional[str]) -> "Optional[_Place]":
        try:
            inode, offset, mark = (int(part, 16) for part in (text or "").split("-"))
        except ValueError:
            return None
        return _Place(inode, offset, mark)


def read_metrics(run: str, cursor: Optional[str] = None, max_bytes: int = MAX_BYTES) -> MetricsUpdate:
    """Return what has come to the values of a run.

    Args:
        run: The directory of the run.
        cursor: That of the last update; None to begin.
        max_bytes: About how much is read at the most.
    """
    try:
        with open_inside(run, METRICS_FILENAME) as file:
            return _read(file, cursor, max(max_bytes, 2 * MAX_LINE_BYTES))
    except OSError:
        # not written yet, or no longer there
        return MetricsUpdate("", reset=bool(cursor))


def _read(file: BinaryIO, cursor: Optional[str], max_bytes: int) -> MetricsUpdate:
    state = os.fstat(file.fileno())
    place = _Place.of(cursor)
    is_same = place is not None and place.inode == state.st_ino and 0 <= place.offset <= state.st_size
    if place is None or not is_same or _mark(file, place.offset) != place.mark:
        place = _Place(state.st_ino, 0, 0)
    file.seek(place.offset)
    content = file.read(max_bytes)
    end = content.rfind(b"\n") + 1
    if end == 0 and len(content) == max_bytes:
        # no line of a training is that long
        end = len(content)
    update = MetricsUpdate("", reset=bool(cursor) and place.offset == 0, more=len(content) == max_bytes)
    _parse(content[:end], update)
    offset = place.offset + end
    update.cursor = str(_Place(state.st_ino, offset, _mark(file, offset)))
    return update


def _parse(content: bytes, update: MetricsUpdate) -> None:
    for line in content.split(b"\n")[:-1] if content.endswith(b"\n") else [content] if content else []:
        record = parse_line(line)
        if record is None:
            update.broken += bool(line.strip())
        elif isinstance(record, Rewind):
            update._go_back(record)
        else:
            update.values.append(record)


def _mark(file: BinaryIO, offset: int) -> int:
    start = max(0, offset - _MARK_BYTES)
    file.seek(start)
    return zlib.crc32(file.read(offset - start))
