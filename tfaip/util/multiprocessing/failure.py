# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An exception on its way from a worker process to the process that waits for the result."""

import os
import pickle
import traceback
from typing import Any, Optional

from tfaip.util.errors import UserError

_LIBRARIES = (os.path.dirname(os.__file__), "<frozen")


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
        self.message = str(error)
        self.location = _location(error)
        self.traceback = "".join(traceback.format_exception(error))
        self.remote = remote
        self.error: Optional[BaseException] = error if not remote or _is_picklable(error) else None

    def raise_error(self) -> None:
        """Raise the exception, with the worker's traceback as a note; a ``WorkerError`` if it could not travel."""
        if self.error is None:
            error: BaseException = WorkerError(
                f"{self.type_name} in a worker process: {self.message}", where=self.location
            )
        else:
            error = self.error
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


def _is_picklable(value: Any) -> bool:
    try:
        pickle.loads(pickle.dumps(value))
    except Exception:  # whatever a user's __reduce__ or __init__ raises: the texts travel instead
        return False
    return True
