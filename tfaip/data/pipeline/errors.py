# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors that name the sample they belong to."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, List, Optional, Set, Tuple, Type

from tfaip.data.pipeline.definitions import SampleErrorPolicy, SkippedSample, describe
from tfaip.util.errors import UserError
from tfaip.util.multiprocessing.failure import TaskFailure

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataPipelineParams

logger = logging.getLogger(__name__)


class SampleError(UserError):
    """Something failed on one sample.

    An error made by :func:`sample_error` is also an instance of the type of the original exception, so that
    ``except ValueError`` catches it; the original is its cause.

    Args:
        what: See :class:`tfaip.util.errors.UserError`, like where, expected, got and hint.
        processor: Name of the processor, the generator or the step that failed.
        index: Position of the sample in its data generator (0-based).
        meta: Meta data of the sample.
        worker_traceback: The traceback of the worker process, None if there was no worker.
    """

    def __init__(
        self,
        what: str,
        *,
        where: Optional[str] = None,
        expected: Optional[str] = None,
        got: Optional[str] = None,
        hint: Optional[str] = None,
        processor: Optional[str] = None,
        index: Optional[int] = None,
        meta: Any = None,
        worker_traceback: Optional[str] = None,
    ):
        UserError.__init__(self, what, where=where, expected=expected, got=got, hint=hint)
        self.processor = processor
        self.index = index
        self.meta = meta
        self.worker_traceback = worker_traceback

    def __str__(self) -> str:
        return self.render()

    def __reduce__(self) -> tuple:
        """Pickle without the type of the original exception, which exists in this process only."""
        return _rebuild, (self.what, self.where, self.expected, self.got, self.hint), self.__dict__


def _rebuild(
    what: str, where: Optional[str], expected: Optional[str], got: Optional[str], hint: Optional[str]
) -> SampleError:
    return SampleError(what, where=where, expected=expected, got=got, hint=hint)


def sample_identity(index: Optional[int], meta: Any) -> str:
    """Return how messages name a sample."""
    name = "a sample" if index is None else f"sample {index}"
    is_empty = meta is None or (type(meta) is dict and not meta)  # of an array the truth is not known
    return name if is_empty else f"{name} with meta {describe(meta)}"


def sample_error(failure: TaskFailure, index: Optional[int], meta: Any) -> SampleError:
    """Return the error for a processor that failed on a sample.

    Args:
        failure: What happened.
        index: Position of the sample, None if it is not known.
        meta: Meta data of the sample.
    """
    error = failure.error
    if isinstance(error, SampleError):
        return error
    parts = [sample_identity(index, meta), failure.location]
    result = _error_class(type(error))(
        f"{failure.type_name} in {failure.origin or 'a processor'}: {failure.message}",
        where=", ".join(part for part in parts if part),
        hint=error.hint if isinstance(error, UserError) else None,
        processor=failure.origin,
        index=index,
        meta=meta,
        worker_traceback=failure.traceback if failure.remote else None,
    )
    result.__cause__ = error
    if failure.remote:
        result.add_note(f"Traceback of the worker process:\n{failure.traceback}")
    return result


def _error_class(original: Type[Any]) -> Type[SampleError]:
    """Return a class that is both, a sample error and the type of the original exception."""
    # Not for UserError, whose pickling and rendering is that of SampleError, and not for those that end generators.
    if not issubclass(original, Exception) or issubclass(original, (UserError, StopIteration, StopAsyncIteration)):
        return SampleError
    try:
        combined = type("SampleError", (SampleError, original), {"__module__": SampleError.__module__})
        combined("probe")
    except Exception:  # a type that cannot be combined or created this way
        return SampleError
    return combined


class SampleErrorHandler:
    """Does with broken samples what the policy says.

    Args:
        policy: Raise, or skip the sample.
        max_skipped: Skip at most this number of samples, -1 for any number.
    """

    def __init__(self, policy: SampleErrorPolicy = SampleErrorPolicy.RAISE, max_skipped: int = -1):
        self.policy = policy
        self.max_skipped = max_skipped
        self.skipped: List[SkippedSample] = []
        self._known: Set[Tuple[int, str]] = set()

    @classmethod
    def of(cls, params: "DataPipelineParams") -> "SampleErrorHandler":
        """Create the handler that the parameters of a pipeline ask for."""
        return cls(params.sample_errors, params.max_skipped_samples)

    def handle(self, failure: TaskFailure, index: int, meta: Any, left_out: Sequence[Tuple[int, Any]] = ()) -> None:
        """Raise the error or take note of the skipped sample; each sample is noted once in all passes.

        Args:
            failure: What happened.
            index: Position of the sample.
            meta: Meta data of the sample.
            left_out: Positions and meta data of all samples that are skipped with it, if there are several.

        Raises:
            SampleError: The policy is to raise, or too many samples were skipped.
        """
        error = sample_error(failure, index, meta)
        if self.policy != SampleErrorPolicy.SKIP:
            raise error
        if (index, error.what) in self._known:
            return
        left_out = left_out or [(index, meta)]
        if 0 <= self.max_skipped < len(self.skipped) + len(left_out):
            error.add_note(
                f"{len(self.skipped)} samples were skipped before, and max_skipped_samples is {self.max_skipped}."
            )
            raise error
        self._known.add((index, error.what))
        for position, its_meta in left_out:
            self.skipped.append(SkippedSample(index=position, meta=its_meta, message=str(error)))
        number = "a sample" if len(left_out) == 1 else f"{len(left_out)} samples from sample {left_out[0][0]} on"
        logger.warning("Skipped %s: %s", number, error)
