# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Ending in order when the system asks for it by SIGTERM, as cluster managers do before they kill a process.

The signal raises :class:`Terminated` in the main thread at once, except within :func:`postponed`, at whose end it is
raised. A thread watches over it: it ends the process if that has not happened within the grace period, or at a second
signal, even if the main thread is stuck outside of Python.
"""

import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Callable, Optional

EXIT_TERMINATED = 128 + 15
# what cluster managers leave between SIGTERM and SIGKILL is 30 seconds by default
GRACE_SECONDS = 25.0


class Terminated(SystemExit):
    """The process has been asked to end; it ends with the exit code 143 unless somebody catches this."""

    def __init__(self) -> None:
        super().__init__(EXIT_TERMINATED)


class _Postponing(threading.local):
    depth = 0


class _Watch:
    """The handler of the signal, and the thread that sees to it that the process ends.

    Args:
        grace: Seconds between the signal and the end at the latest.
    """

    def __init__(self, grace: float):
        self.grace = grace
        self.requested = False
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._old_descriptor = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._old_handler = signal.signal(signal.SIGTERM, self._handle)
        self._thread = threading.Thread(target=self._watch, name="termination", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Put everything back."""
        signal.signal(signal.SIGTERM, self._old_handler)
        signal.set_wakeup_fd(self._old_descriptor)
        os.write(self._writer, b"\0")
        self._thread.join()
        os.close(self._reader)
        os.close(self._writer)

    def _handle(self, number: int, frame: Optional[FrameType]) -> None:
        self.requested = True
        if _postponing.depth == 0:
            raise Terminated

    def _watch(self) -> None:
        deadline: Optional[float] = None
        while True:
            # the descriptor gets the number of each signal at once, whatever the main thread does
            number = self._next_signal(deadline)
            if number == 0:
                return
            if number is None:
                _end_now(f"it has not ended within {self.grace:g} seconds")
            elif deadline is not None and number in (signal.SIGTERM, signal.SIGINT):
                _end_now("a second signal")
            elif number == signal.SIGTERM:
                deadline = time.monotonic() + self.grace
                _tell(
                    f"SIGTERM: ends as soon as possible, within {self.grace:g} seconds. A second signal ends at once."
                )

    def _next_signal(self, deadline: Optional[float]) -> Optional[int]:
        """Return the number of the next signal, 0 to end, None if the time is over."""
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([self._reader], [], [], timeout)
        return os.read(self._reader, 1)[0] if ready else None


def _end_now(reason: str) -> None:
    _tell(f"Ended: {reason}. What was finished before is complete.")
    os._exit(EXIT_TERMINATED)


def _tell(text: str) -> None:
    # neither by logging nor by sys.stderr, whose locks the main thread may hold, nor where it would wait for a reader
    with contextlib.suppress(OSError):
        if select.select([], [2], [], 0)[1]:
            os.write(2, f"{text}\n".encode())


_postponing = _Postponing()
_watch: Optional[_Watch] = None


def end_in_order(grace: float = GRACE_SECONDS) -> Optional[Callable[[], None]]:
    """Let SIGTERM end this process in order.

    Args:
        grace: Seconds between the signal and the end of the process at the latest.

    Returns:
        A function that takes this back. None where nothing is changed but the time, since this is not the main thread,
        the program has a handler of its own, or this has been called before.
    """
    global _watch
    if _watch is not None:
        _watch.grace = grace
        return None
    if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
        return None
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return None
    _watch = _Watch(grace)
    return _take_back


def _take_back() -> None:
    global _watch
    if _watch is not None:
        watch, _watch = _watch, None
        watch.close()


@contextlib.contextmanager
def ending_in_order(grace: float = GRACE_SECONDS) -> Iterator[None]:
    """Let SIGTERM raise :class:`Terminated` in the block; see :func:`end_in_order`."""
    take_back = end_in_order(grace)
    try:
        yield
    finally:
        if take_back is not None:
            take_back()


@contextlib.contextmanager
def postponed() -> Iterator[None]:
    """Let a block end before :class:`Terminated` is raised."""
    _postponing.depth += 1
    try:
        yield
    finally:
        _postponing.depth -= 1
    if _postponing.depth == 0 and _watch is not None and _watch.requested and _is_main_thread():
        raise Terminated


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
