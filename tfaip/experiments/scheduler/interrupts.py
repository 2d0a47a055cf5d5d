# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Signals that ask this process to end, counted instead of obeyed at once."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Dict, Optional, Type

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Interrupts:
    """Counts the signals that ask the process to end while its block runs. Those that are ignored stay ignored.

    Attributes:
        count: How many have come.
        last: The number of the last one.
    """

    def __init__(self) -> None:
        self.count = 0
        self.last: Optional[int] = None
        self._old: Dict[int, Any] = {}

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._old[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._old.clear()

    def _note(self, number: int, frame: Optional[FrameType]) -> None:
        self.count += 1
        self.last = number
