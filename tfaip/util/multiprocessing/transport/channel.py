# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One end of a connection over which objects travel, their large arrays through shared memory.

Arrays that were received are views of the shared memory. When the last one of a message is gone, the sender hears of
it with the next message and uses the region again.
"""

import collections
import ctypes
import pickle
import struct
import weakref
from multiprocessing.connection import Connection
from typing import Any, Callable, Deque, List, NamedTuple, Optional, Tuple

from tfaip.util.multiprocessing.transport.arena import Arena, ArenaAllocator, aligned

PICKLE_PROTOCOL = 5
# smaller arrays travel inside of the message
SMALLEST_BUFFER = 1024
_LENGTH = struct.Struct("<I")


class _Header(NamedTuple):
    released: Tuple[int, ...]  # regions of the receiver that the sender does not need any more
    offset: int  # of the region of the sender that holds the buffers, -1 without
    sizes: Tuple[int, ...]  # of the buffers in the region


class PackedMessage(NamedTuple):
    """An object on its way.

    Attributes:
        payload: The pickled object without its large buffers.
        buffers: The large buffers.
    """

    payload: bytes
    buffers: List[pickle.PickleBuffer]

    @property
    def n_bytes(self) -> int:
        """The number of bytes to move."""
        return len(self.payload) + sum(buffer.raw().nbytes for buffer in self.buffers)


def pack(value: Any) -> PackedMessage:
    """Pickle an object, but leave its large arrays where they are."""
    buffers: List[pickle.PickleBuffer] = []

    def keep_out(buffer: pickle.PickleBuffer) -> bool:
        if buffer.raw().nbytes < SMALLEST_BUFFER:
            return True
        buffers.append(buffer)
        return False

    return PackedMessage(pickle.dumps(value, PICKLE_PROTOCOL, buffer_callback=keep_out), buffers)


class ArrayChannel:
    """One end of a connection. A send and a receive may run in different threads.

    Args:
        connection: The connection.
        own: The memory that this end writes.
        own_allocator: Hands out its regions.
        peer: The memory that the other end writes.
    """

    def __init__(self, connection: Connection, own: Arena, own_allocator: ArenaAllocator, peer: Arena):
        self.connection = connection
        self._own = own
        self._allocator = own_allocator
        self._peer = peer
        self._to_free: Deque[int] = collections.deque()
        self._released: Deque[int] = collections.deque()

    @property
    def bytes_under_way(self) -> int:
        """The bytes of shared memory that the other end has not given back, as far as known here."""
        return self._allocator.used

    def send(self, message: PackedMessage) -> None:
        """Send an object.

        Raises:
            OSError: The other end is gone, or the system has no memory left.
        """
        offset, sizes = self._store(message.buffers)
        payload = message.payload
        if offset < 0 and message.buffers:  # no room: the buffers travel inside of the message
            payload = pickle.dumps((payload, [bytes(buffer.raw()) for buffer in message.buffers]), PICKLE_PROTOCOL)
            sizes = ()
            offset = -2
        header = pickle.dumps(tuple(_Header(_drained(self._released), offset, sizes)), PICKLE_PROTOCOL)
        self.connection.send_bytes(b"".join((_LENGTH.pack(len(header)), header, payload)))

    def receive_bytes(self) -> bytes:
        """Wait for the next message, to be decoded by :meth:`decode`.

        Raises:
            EOFError: The other end is closed.
            OSError: The connection broke.
        """
        return self.connection.recv_bytes()

    def decode(self, message: bytes, loads: Optional[Callable[..., Any]] = None) -> Tuple[Any, int]:
        """Return the object of a message and the number of bytes that were moved for it.

        Args:
            message: The message.
            loads: Unpickles, default: ``pickle.loads``.
        """
        view = memoryview(message)
        (length,) = _LENGTH.unpack_from(view)
        header = _Header(*pickle.loads(view[_LENGTH.size : _LENGTH.size + length]))
        self._to_free.extend(header.released)
        payload: Any = view[_LENGTH.size + length :]
        if header.offset == -2:
            payload, buffers = pickle.loads(payload)
            buffers = [bytearray(buffer) for buffer in buffers]
        else:
            buffers = self._views(header)
        value = (loads or pickle.loads)(payload, buffers=buffers)
        return value, len(message) + sum(header.sizes)

    def _store(self, buffers: List[pickle.PickleBuffer]) -> Tuple[int, Tuple[int, ...]]:
        while self._to_free:
            self._allocator.free(self._to_free.popleft())
        if not buffers:
            return -1, ()
        raws = [buffer.raw() for buffer in buffers]
        sizes = tuple(raw.nbytes for raw in raws)
        offset = self._allocator.allocate(sum(map(aligned, sizes)))
        if offset is None:
            return -1, ()
        position, memory = offset, memoryview(self._own.memory)
        for raw, size in zip(raws, sizes, strict=True):
            memory[position : position + size] = raw
            position += aligned(size)
        return offset, sizes

    def _views(self, header: _Header) -> List[memoryview]:
        if header.offset < 0:
            return []
        n_bytes = sum(map(aligned, header.sizes))
        region = (ctypes.c_char * n_bytes).from_buffer(self._peer.memory, header.offset)
        weakref.finalize(region, self._released.append, header.offset).atexit = False
        view, position, views = memoryview(region).cast("B"), 0, []
        for size in header.sizes:
            views.append(view[position : position + size])
            position += aligned(size)
        return views


def _drained(queue: Deque[int]) -> Tuple[int, ...]:
    items = []
    while queue:
        items.append(queue.popleft())
    return tuple(items)
