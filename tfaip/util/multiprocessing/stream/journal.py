# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The inputs of a stream from its beginning, in case that they have to be sent again."""

import logging
import os
import pickle
import tempfile
from typing import IO, Any, List, NamedTuple, Optional, Tuple

from tfaip.util.multiprocessing.transport.channel import PICKLE_PROTOCOL, PackedMessage

_DEFAULT_BYTES = 1 << 30
_logger = logging.getLogger(__name__)


class _Entry(NamedTuple):
    n_tasks: int
    message: Optional[PackedMessage]  # None if it is in the file
    place: Tuple[int, int] = (0, 0)  # begin and size in the file


class Journal:
    """Keeps messages, the first ones in memory, the others in a nameless file.

    The file takes at most half of the space that is free; if that is not enough nothing is kept any more.

    Args:
        max_bytes: Bound of what is held in memory, None for the default of 1 GiB.

    Attributes:
        is_complete: Whether all messages are there.
    """

    def __init__(self, max_bytes: Optional[int] = None):
        self.is_complete = True
        self._left = _DEFAULT_BYTES if max_bytes is None else max_bytes
        self._entries: List[_Entry] = []
        self._file: Optional[IO[bytes]] = None
        self._file_left = 0

    def __len__(self) -> int:
        return len(self._entries)

    def append(self, message: PackedMessage, n_tasks: int) -> None:
        """Keep a message.

        Args:
            message: The message.
            n_tasks: Number of the inputs in it.
        """
        if not self.is_complete:
            self._entries.append(_Entry(n_tasks, None))
        elif message.n_bytes <= self._left:
            self._left -= message.n_bytes
            self._entries.append(_Entry(n_tasks, message))
        else:
            self._left = 0
            self._entries.append(_Entry(n_tasks, None, self._write(message)))

    def n_tasks(self, position: int) -> int:
        """Return the number of inputs in a message."""
        return self._entries[position].n_tasks

    def message(self, position: int) -> PackedMessage:
        """Return a message."""
        entry = self._entries[position]
        if entry.message is not None:
            return entry.message
        assert self._file is not None and self.is_complete
        begin, size = entry.place
        self._file.seek(begin)
        payload, buffers = pickle.loads(self._file.read(size))
        return PackedMessage(payload, [pickle.PickleBuffer(buffer) for buffer in buffers])

    def find(self, number: int) -> Optional[Tuple[Any, int]]:
        """Return the unpickled message that holds an input, and the place of the input in it.

        Args:
            number: Number of the input, counted from 0.
        """
        for position, entry in enumerate(self._entries):
            if number < entry.n_tasks:
                if entry.message is None and not self.is_complete:
                    return None
                payload, buffers = self.message(position)
                return pickle.loads(payload, buffers=buffers), number
            number -= entry.n_tasks
        return None

    def close(self) -> None:
        """Forget everything."""
        self._entries.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, message: PackedMessage) -> Tuple[int, int]:
        content = pickle.dumps((message.payload, [bytes(buffer.raw()) for buffer in message.buffers]), PICKLE_PROTOCOL)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the journal
                self._file_left = _free_bytes(self._file) // 2
            if len(content) > self._file_left:
                raise OSError("half of the free space is taken")
            self._file_left -= len(content)
            begin = self._file.seek(0, os.SEEK_END)
            self._file.write(content)
            self._file.flush()  # what has no room has to fail here
        except OSError as error:
            self.is_complete = False
            _logger.warning(
                "The samples of a pass over the data are too large to be kept (%s, in %s). "
                "If the worker process of a generating processor dies, the pass cannot be done again.",
                error,
                tempfile.gettempdir(),
            )
            return 0, 0
        return begin, len(content)


def _free_bytes(file: IO[bytes]) -> int:
    status = os.fstatvfs(file.fileno())
    return status.f_bavail * status.f_frsize
