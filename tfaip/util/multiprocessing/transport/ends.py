# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The two ends of a channel between this process and a worker that it starts."""

import os
import struct
from multiprocessing import connection as mp_connection
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Any, Dict, Tuple

from tfaip.util.multiprocessing.transport.arena import Arena, ArenaAllocator
from tfaip.util.multiprocessing.transport.channel import ArrayChannel

_POSITION = struct.Struct("<qqq")
_RESTING = 0  # chunks count from 1; zero is also what the memory holds at first


class WorkPosition:
    """What a worker is doing, in shared memory: it can be read after the worker was killed.

    Args:
        memory: The memory that the worker writes; its first bytes are used.
    """

    def __init__(self, memory: Any):
        self._memory = memory
        self._current = (_RESTING, 0, 0)

    def begin(self, chunk_id: int, task: int) -> None:
        """Tell that the worker begins a task."""
        self._write(chunk_id, task, 0)

    def rest(self) -> None:
        """Tell that the worker has done all tasks that it has."""
        self._write(_RESTING, 0, 0)

    @property
    def part(self) -> int:
        """The part of the task that the worker has begun."""
        return self._current[2]

    @part.setter
    def part(self, part: int) -> None:
        self._write(*self._current[:2], part)

    def _write(self, chunk_id: int, task: int, part: int) -> None:
        self._current = (chunk_id, task, part)
        _POSITION.pack_into(self._memory, 0, *self._current)

    @staticmethod
    def read(memory: Any) -> Tuple[int, int, int]:
        """Return chunk, task and part; chunk 0 is none."""
        chunk_id, task, part = _POSITION.unpack_from(memory, 0)
        return chunk_id, task, part


class ChannelEnd:
    """The worker's end, on its way into the process that is being started.

    Args:
        connection: Its connection.
        own: Open file and size of the memory that the worker writes.
        peer: Open file and size of the memory that this process writes.
    """

    def __init__(self, connection: Connection, own: Tuple[int, int], peer: Tuple[int, int]):
        self.connection = connection
        self.own = own
        self.peer = peer

    def __getstate__(self) -> Dict[str, Any]:
        return {
            "connection": self.connection,
            "own": (reduction.DupFd(self.own[0]), self.own[1]),
            "peer": (reduction.DupFd(self.peer[0]), self.peer[1]),
        }

    def open(self) -> Tuple[ArrayChannel, WorkPosition]:
        """Map the memory; to be called once, in the worker."""
        own_fd, own_size = self.own[0].detach(), self.own[1]  # type: ignore[attr-defined]
        peer_fd, peer_size = self.peer[0].detach(), self.peer[1]  # type: ignore[attr-defined]
        own, peer = Arena(own_fd, own_size), Arena(peer_fd, peer_size)
        os.close(peer_fd)
        allocator = ArenaAllocator(own_fd, own_size)
        allocator.allocate(_POSITION.size)
        position = WorkPosition(own.memory)
        position.rest()
        return ArrayChannel(self.connection, own, allocator, peer), position


class OwnEnd:
    """This process's end of a channel to a worker.

    Attributes:
        channel: The channel.
        worker_end: What the worker gets.
    """

    def __init__(self) -> None:
        connection, other = mp_connection.Pipe()
        self._own_fd, own_size = Arena.create_file()
        self._peer_fd, peer_size = Arena.create_file()
        self._peer = Arena(self._peer_fd, peer_size)
        own = Arena(self._own_fd, own_size)
        allocator = ArenaAllocator(self._own_fd, own_size)
        self.channel = ArrayChannel(connection, own, allocator, self._peer)
        self.worker_end = ChannelEnd(other, (self._peer_fd, peer_size), (self._own_fd, own_size))

    def worker_started(self) -> None:
        """Close here what belongs to the worker now."""
        self.worker_end.connection.close()
        os.close(self._peer_fd)

    def give_up(self) -> None:
        """Close everything: the worker could not be started."""
        self.close()
        self.worker_started()

    def work_position(self) -> Tuple[int, int, int]:
        """Return what the worker is, or was, doing; see :meth:`WorkPosition.read`."""
        return WorkPosition.read(self._peer.memory)

    def close(self) -> None:
        """Close the connection, which ends the worker. The memory goes when nobody looks at it any more."""
        if not self.channel.connection.closed:
            self.channel.connection.close()
            os.close(self._own_fd)
