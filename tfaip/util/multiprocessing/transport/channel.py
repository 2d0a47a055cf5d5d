# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One end of a connection over which objects travel, their large arrays through shared memory.

Arrays that were received are views of the shared memory. When the last one of a region is gone, the sender hears of
it with the next message and uses the region again. An array that was created in shared memory travels without a copy.
"""

import collections
import ctypes
import os
import pickle
import struct
import threading
import weakref
from multiprocessing.connection import Connection
from typing import Any, Callable, Deque, List, NamedTuple, Optional, Tuple

from tfaip.util.multiprocessing.transport.arena import Arena, ArenaAllocator
from tfaip.util.multiprocessing.transport.regions import SharedRegions

PICKLE_PROTOCOL = 5
# smaller arrays travel inside of the message
SMALLEST_BUFFER = 1024
_LENGTH = struct.Struct("<I")


class _Header(NamedTuple):
    released: Tuple[int, ...]  # regions of the receiver that the sender does not need any more
    regions: Tuple[Tuple[int, int], ...]  # begin and size of the regions of the sender that hold the buffers
    buffers: Tuple[Tuple[int, int, int], ...]  # number of the region, begin in it, and size, of each buffer
    is_inside: bool  # whether the buffers travel inside of the message


class _Placed(NamedTuple):
    """Where the buffers of a message are."""

    regions: Tuple[Tuple[int, int], ...] = ()
    buffers: Tuple[Tuple[int, int, int], ...] = ()


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
    """One end of a connection. A send and a receive may run in different threads, and any thread may tell something.

    Args:
        connection: The connection.
        own: The memory that this end writes.
        own_allocator: Hands out its regions.
        peer: The memory that the other end writes.
    """

    def __init__(self, connection: Connection, own: Arena, own_allocator: ArenaAllocator, peer: Arena):
        self.connection = connection
        self._regions = SharedRegions(own, own_allocator)
        self._peer = peer
        self._released: Deque[int] = collections.deque()
        self._to_tell: Deque[bytes] = collections.deque()
        self._send_lock = threading.Lock()
        self._pid = os.getpid()

    @property
    def belongs_to_this_process(self) -> bool:
        """Whether this is not the copy in a fork of the process that opened it."""
        return os.getpid() == self._pid

    @property
    def bytes_under_way(self) -> int:
        """The bytes of shared memory that the other end has not given back, as far as known here."""
        return self._regions.used

    def allocate(self, n_bytes: int) -> Optional[Any]:
        """Return a buffer in shared memory whose content travels without a copy, None if there is no room.

        It is the caller's until it is sent; then nobody may write into it any more.
        """
        return self._regions.create(n_bytes)

    def send(self, message: PackedMessage) -> None:
        """Send an object.

        Raises:
            OSError: The other end is gone, or the system has no memory left.
        """
        self._regions.collect()
        payload, placed = message.payload, self._place(message.buffers)
        is_inside = placed is None
        if placed is None:  # no room: the buffers travel inside of the message
            payload = pickle.dumps((payload, [bytes(buffer.raw()) for buffer in message.buffers]), PICKLE_PROTOCOL)
            placed = _Placed()
        content = _message(_Header(_drained(self._released), *placed, is_inside), payload)
        with self._send_lock:
            self._send_what_was_told()
            self.connection.send_bytes(content)

    def rest(self) -> None:
        """Give the shared memory back that is not in use: nothing will be sent for a while."""
        self._regions.collect(at_once=True)

    def tell(self, value: Any) -> bool:
        """Send a small object that is not waited for, in any thread and at any time, even while this thread sends.

        Returns:
            Whether this process may do so.
        """
        if not self.belongs_to_this_process:
            return False
        self._to_tell.append(_message(_Header((), (), (), False), pickle.dumps(value, PICKLE_PROTOCOL)))
        if self._send_lock.acquire(blocking=False):  # else it goes with the message that is being sent, or the next
            try:
                self._send_what_was_told()
            except OSError:  # nobody is there any more
                self._to_tell.clear()
            finally:
                self._send_lock.release()
        return True

    def _send_what_was_told(self) -> None:
        while self._to_tell:
            self.connection.send_bytes(self._to_tell.popleft())

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
        self._regions.give_back(header.released)
        payload: Any = view[_LENGTH.size + length :]
        if header.is_inside:
            payload, inside = pickle.loads(payload)
            buffers: List[Any] = [bytearray(buffer) for buffer in inside]
        else:
            buffers = self._views(header)
        value = (loads or pickle.loads)(payload, buffers=buffers)
        return value, len(message) + sum(size for _, _, size in header.buffers)

    def _place(self, buffers: List[pickle.PickleBuffer]) -> Optional[_Placed]:
        """Bring the buffers into shared memory, return None if there is no room."""
        if not buffers:
            return _Placed()
        raws = [buffer.raw() for buffer in buffers]
        found = [self._regions.find(raw) for raw in raws]
        to_copy = [raw for raw, place in zip(raws, found, strict=True) if place is None]
        copies = self._regions.store(to_copy) if to_copy else []
        if copies is None:
            return None
        copied = iter(copies)
        places = [place if place is not None else next(copied) for place in found]
        numbers = {region: number for number, region in enumerate(dict.fromkeys(place.region for place in places))}
        self._regions.lend(start for start, _ in numbers)
        return _Placed(
            tuple(numbers),
            tuple((numbers[place.region], place.begin, raw.nbytes) for place, raw in zip(places, raws, strict=True)),
        )

    def _views(self, header: _Header) -> List[memoryview]:
        regions = []
        for offset, size in header.regions:
            region = (ctypes.c_char * size).from_buffer(self._peer.memory, offset)
            weakref.finalize(region, self._released.append, offset).atexit = False
            regions.append(memoryview(region).cast("B"))
        return [regions[number][begin : begin + size] for number, begin, size in header.buffers]


def _message(header: _Header, payload: bytes) -> bytes:
    start = pickle.dumps(tuple(header), PICKLE_PROTOCOL)
    return b"".join((_LENGTH.pack(len(start)), start, payload))


def _drained(queue: Deque[int]) -> Tuple[int, ...]:
    items = []
    while queue:
        items.append(queue.popleft())
    return tuple(items)
