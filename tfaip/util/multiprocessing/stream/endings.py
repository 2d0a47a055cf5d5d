# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Why a stream ends before all its outputs are made."""

from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError


class SourceFailed(Exception):
    """The source of the inputs failed, in the process where it is read."""


class StreamStopped(BaseException):
    """Nobody wants the rest of the outputs."""


class NotRepeatable(WorkerError):
    """A stream was made again after the death of a worker, and came out differently."""


def not_repeatable() -> TaskFailure:
    """Return the failure for a stream that comes out differently."""
    error = NotRepeatable(
        "A worker process died, and what the next one makes of the same samples differs from what the first one made.",
        hint="let generate() depend on nothing but its samples, and take random numbers from self.rng",
    )
    return TaskFailure(error, remote=True)
