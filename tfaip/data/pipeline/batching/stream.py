# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches that a thread prepares ahead of their use, bounded in number and in bytes."""

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import Any, Deque, List, NamedTuple, Optional, Tuple

from tfaip.data.pipeline.batching.collator import Batch

_SECONDS_TO_END = 0.5


class PreparedBatch(NamedTuple):
    """A batch on its way.

    Attributes:
        arrays: The batch.
        position: Where its pipeline goes on behind it.
        n_bytes: Its size; strings count as the references to them.
    """

    arrays: Batch
    position: Any
    n_bytes: int

    @staticmethod
    def of(arrays: Batch, position: Any) -> "PreparedBatch":
        """Measure a batch."""
        return PreparedBatch(arrays, position, sum(array.nbytes for part in arrays for array in part.values()))

    def fits_to(self, other: "PreparedBatch") -> bool:
        """Return whether both have the same shapes, so that they can be stacked."""
        return all(
            array.shape == others[key].shape
            for part, others in zip(self.arrays, other.arrays, strict=True)
            for key, array in part.items()
        )


Source = Callable[[], Generator[Tuple[Batch, Any], None, None]]


class _Buffer:
    """What the thread and the reader share; it does not refer to the stream, which ends when nobody refers to it.

    A batch is handed over without a lock; only who has to wait takes one, and is woken when it pays.
    """

    def __init__(self, max_batches: int, max_bytes: Optional[int]):
        self._max_batches = max_batches
        self._max_bytes = max_bytes
        self._changed = threading.Condition()
        self._batches: Deque[PreparedBatch] = deque()
        self._bytes_put = 0  # changed by the thread alone
        self._bytes_taken = 0  # changed by the reader alone
        self._reader_waits = False
        self._writer_waits_for: Optional[int] = None  # the bytes of the batch that has no room
        self.error: Optional[BaseException] = None
        self.ended = False
        self.closed = False

    def put(self, batch: PreparedBatch) -> bool:
        """Wait for room and add a batch; return whether anybody is still interested."""
        if not self._has_room(batch.n_bytes):
            with self._changed:
                self._writer_waits_for = batch.n_bytes
                self._changed.wait_for(lambda: self.closed or self._has_room(batch.n_bytes))
                self._writer_waits_for = None
        if self.closed:
            return False
        self._bytes_put += batch.n_bytes
        self._batches.append(batch)
        if self._reader_waits:
            self._notify()
        return True

    def end(self, error: Optional[BaseException]) -> None:
        """Tell that no batch follows."""
        self.error = error
        self.ended = True
        self._notify()

    def close(self) -> None:
        """Tell that nobody reads any more."""
        self.closed = True
        self._batches.clear()
        self._notify()

    def peek(self, seconds: Optional[float] = None) -> Optional[PreparedBatch]:
        """Return the next batch without taking it, None if there is none.

        Args:
            seconds: How long to wait for it at most, None for no limit.
        """
        if not self._batches and not self.ended and seconds != 0:
            with self._changed:
                self._reader_waits = True
                self._changed.wait_for(lambda: self._batches or self.ended or self.closed, seconds)
                self._reader_waits = False
        return self._batches[0] if self._batches else None

    def pop(self) -> PreparedBatch:
        """Take the next batch; there must be one."""
        batch = self._batches.popleft()
        self._bytes_taken += batch.n_bytes
        waiting = self._writer_waits_for
        if waiting is not None and self._has_room(waiting):
            self._notify()
        return batch

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _has_room(self, n_bytes: int) -> bool:
        if not self._batches:
            return True
        n_held = self._bytes_put - self._bytes_taken
        fits = self._max_bytes is None or n_held + n_bytes <= self._max_bytes
        return fits and len(self._batches) < self._max_batches


def _fill(buffer: _Buffer, source: Source) -> None:
    error: Optional[BaseException] = None
    try:
        batches = source()
        try:
            for arrays, position in batches:
                if not buffer.put(PreparedBatch.of(arrays, position)):
                    return
        finally:
            batches.close()
    except BaseException as raised:  # also an interrupt or SystemExit belongs to who reads
        error = raised
    finally:
        buffer.end(error)


class BatchStream:
    """An iterator over batches, which a thread prepares ahead.

    Use it as a context manager, or :meth:`close` it. An exception of the source is raised when its turn has come.

    Args:
        source: Starts the batches, each with the position behind it. Runs in the thread.
        max_batches: Number of batches to prepare ahead; 0 runs the source in the thread of the reader, which is what a
            debugger needs.
        max_bytes: Bound of their bytes, None for none. One batch is always let through.

    Attributes:
        position: The position behind the last batch that was read, None before the first one.
        seconds_waited: How long the reader has waited for batches.
    """

    def __init__(self, source: Source, max_batches: int, max_bytes: Optional[int] = None):
        self.position: Any = None
        self.seconds_waited = 0.0
        self._buffer = _Buffer(max_batches, max_bytes)
        self._here: Optional[Generator[Tuple[Batch, Any], None, None]] = None
        self._thread: Optional[threading.Thread] = None
        if max_batches < 1:
            self._here = source()
            return
        self._thread = threading.Thread(target=_fill, args=(self._buffer, source), name="batches", daemon=True)
        self._finalizer = weakref.finalize(self, self._buffer.close)
        self._thread.start()

    def __enter__(self) -> "BatchStream":
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        return self.take(1)[0]

    def take(self, n: int, max_bytes: int = 0, patience: float = 0.0) -> List[Batch]:
        """Return the next batch, and those after it that have the same shapes and are ready.

        Args:
            n: The largest number of batches.
            max_bytes: No batch is added to others that have this number of bytes.
            patience: How many seconds to wait for the batches after the first one.

        Raises:
            StopIteration: There are no more batches.
        """
        start = time.perf_counter()
        try:
            batches = self._take_here() if self._thread is None else self._take_prepared(n, max_bytes, patience)
        finally:
            self.seconds_waited += time.perf_counter() - start
        self.position = batches[-1].position
        return [batch.arrays for batch in batches]

    def is_ready(self, seconds: float) -> bool:
        """Return whether the next batch, or the end, is there; wait for it so many seconds at most."""
        if self._thread is None:
            return True
        start = time.perf_counter()
        batch = self._buffer.peek(seconds)
        self.seconds_waited += time.perf_counter() - start
        return batch is not None or self._buffer.ended

    def close(self) -> None:
        """End the thread and the source; what is prepared is dropped."""
        if self._here is not None:
            self._here.close()
        self._buffer.close()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            # one that waits for a slow sample ends with that sample
            thread.join(_SECONDS_TO_END)

    def _take_here(self) -> List[PreparedBatch]:
        assert self._here is not None
        return [PreparedBatch.of(*next(self._here))]

    def _take_prepared(self, n: int, max_bytes: int, patience: float) -> List[PreparedBatch]:
        buffer = self._buffer
        if buffer.peek() is None:
            self._raise_end()
        batches = [buffer.pop()]
        n_bytes = batches[0].n_bytes
        deadline = time.perf_counter() + patience
        while len(batches) < n and n_bytes < max_bytes:
            following = buffer.peek(max(0.0, deadline - time.perf_counter()))
            if following is None or not following.fits_to(batches[0]):
                break
            batches.append(buffer.pop())
            n_bytes += following.n_bytes
        return batches

    def _raise_end(self) -> None:
        error, self._buffer.error = self._buffer.error, None
        raise error if error is not None else StopIteration
