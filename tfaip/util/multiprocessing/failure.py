# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An exception on its way from a worker process to the process that waits for the result."""

import os
import pickle
import threading
import traceback
from typing import Any, Callable, Dict, List, Optional

from tfaip.util.errors import UserError

_LIBRARIES = (os.path.dirname(os.__file__), "<frozen")
_MOST_CHARACTERS = 20_000  # of a text
_SECONDS_TO_PICKLE = 2.0


class WorkerError(UserError):
    """Worker processes could not be started, or one of them died."""


class TaskFailure:
    """What is known about an exception: as texts, and as the exception itself if it can travel.

    Args:
        error: The exception.
        origin: Name of what raised it, e.g. a processor.
        remote: Whether the exception has to travel to another process.
    """

    def __init__(self, error: BaseException, origin: Optional[str] = None, remote: bool = False):
        self.origin = origin
        self.type_name = type(error).__name__
        self.message = _shortened(_text_of(error))
        self.location = _location(error)
        self.traceback = _shortened("".join(traceback.format_exception(error)))
        self.remote = remote
        self._error: Optional[BaseException] = error
        self._pickled: Optional[bytes] = None

    @property
    def error(self) -> Optional[BaseException]:
        """The exception, None if it could not travel."""
        if self._error is None and self._pickled is not None:
            data, self._pickled = self._pickled, None
            loaded = _result_in_time(lambda: pickle.loads(data))
            self._error = loaded if isinstance(loaded, BaseException) else None
        return self._error

    def __getstate__(self) -> Dict[str, Any]:
        """Pickle the exception on its own, so that the texts arrive whatever its class does."""
        error = self._error
        pickled = self._pickled if error is None else _result_in_time(lambda: pickle.dumps(error))
        return {**self.__dict__, "_error": None, "_pickled": pickled}

    def raise_error(self) -> None:
        """Raise the exception, with the worker's traceback as a note; a ``WorkerError`` if it could not travel."""
        error = self.error
        if error is None:
            error = WorkerError(f"{self.type_name} in a worker process: {self.message}", where=self.location)
        if self.remote:
            error.add_note(f"Traceback of the worker process:\n{self.traceback}")
        raise error


def no_memory(error: OSError, what: str) -> WorkerError:
    """Return the error for something that finds no room in shared memory."""
    return WorkerError(
        f"No memory is left for {what}.",
        got=str(error),
        hint="use fewer worker processes (num_processes), smaller batches or a smaller max_buffer",
    )


def _location(error: BaseException) -> Optional[str]:
    """Return where the exception was raised, as near to it as there is code that is not a library's."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return None
    own = [frame for frame in frames if not frame.filename.startswith(_LIBRARIES) and "-packages" not in frame.filename]
    frame = (own or frames)[-1]
    path = os.path.relpath(frame.filename)
    return f"{frame.filename if path.startswith(os.pardir) else path}:{frame.lineno} in {frame.name}"


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as failure:  # whatever a user's __str__ raises
        return f"<its text cannot be made: {type(failure).__name__}>"


def _shortened(text: str) -> str:
    if len(text) <= _MOST_CHARACTERS:
        return text
    half = _MOST_CHARACTERS // 2
    return f"{text[:half]} ... {text[-half:]}"


def _result_in_time(function: Callable[[], Any]) -> Any:
    """Return the result, None if the function raises or hangs: a user's ``__reduce__`` or ``__init__`` may do both."""
    results: List[Any] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException:  # also a SystemExit: the texts travel without the exception
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_SECONDS_TO_PICKLE)
    return results[0] if results else None
