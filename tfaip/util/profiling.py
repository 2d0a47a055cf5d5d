# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where the time goes: named scopes that add up wall-clock time, nearly free when switched off.

``TFAIP_PROFILING=1`` switches profiling on from the environment, ``TFAIP_PROFILING_FORMAT`` sets the lines' format.
"""

import functools
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Dict, List, Optional, TypeVar

TFunc = TypeVar("TFunc", bound=Callable[..., Any])

_DEFAULT_FORMAT = "{name:<60s} {calls:>8d} calls {total:>12.6f} s {mean:>12.6f} s/call"
_TRUE = ("1", "true", "yes", "on")


class _State:
    """The collected times of this process."""

    def __init__(self) -> None:
        self.enabled = os.environ.get("TFAIP_PROFILING", "").strip().lower() in _TRUE
        self.format = os.environ.get("TFAIP_PROFILING_FORMAT") or _DEFAULT_FORMAT
        self.totals: Dict[str, List[float]] = {}
        self.lock = threading.Lock()

    def add(self, name: str, duration: float) -> None:
        with self.lock:
            self.totals.setdefault(name, []).append(duration)


_state = _State()


def enable_profiling(enabled: bool = True) -> None:
    """Switch profiling on or off; functions decorated earlier keep the state they were decorated with."""
    _state.enabled = enabled


def format_profiling(line_format: str) -> None:
    """Set the format of :func:`print_profiling`.

    Args:
        line_format: A ``str.format`` pattern with the names ``name``, ``calls``, ``total`` and ``mean`` (seconds).
    """
    _state.format = line_format


class MeasureTime:
    """Context manager that measures wall-clock time.

    Attributes:
        duration: Seconds between entering and leaving, 0 before the context was left.
    """

    def __init__(self) -> None:
        self.start: float = time.perf_counter()
        self.duration: float = 0.0

    def duration_till_now(self) -> float:
        """Return the seconds since the context was entered."""
        return time.perf_counter() - self.start

    def __enter__(self) -> "MeasureTime":
        self.start = time.perf_counter()
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.duration = self.duration_till_now()


class ProfileScope(MeasureTime):
    """Context manager that adds its duration to the times of ``name`` if profiling is on.

    Args:
        name: The line of :func:`print_profiling` to add to.
    """

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        super().__exit__(exc_type, exc_value, traceback)
        if _state.enabled:
            _state.add(self.name, self.duration)


def profile(func: TFunc) -> TFunc:
    """Measure each call of a function; returns ``func`` itself if profiling is off when the decorator runs."""
    if not _state.enabled:
        return func
    name = f"{func.__module__}.{func.__qualname__}"

    @functools.wraps(func)
    def measured(*args: Any, **kwargs: Any) -> Any:
        with ProfileScope(name):
            return func(*args, **kwargs)

    return measured  # type: ignore[return-value]


def print_profiling(print_fn: Callable[[str], Any] = print) -> None:
    """Print one line for each name, the largest total first.

    Args:
        print_fn: Called with each line.
    """
    with _state.lock:
        totals = {name: (len(times), sum(times)) for name, times in _state.totals.items()}
    for name, (calls, total) in sorted(totals.items(), key=lambda item: -item[1][1]):
        print_fn(_state.format.format(name=name, calls=calls, total=total, mean=total / calls))
