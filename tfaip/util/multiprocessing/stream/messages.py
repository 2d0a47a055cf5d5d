# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the two sides of a stream tell each other."""

from typing import Any, List, NamedTuple, Optional

from tfaip.util.multiprocessing.failure import TaskFailure


class Begin(NamedTuple):
    """To the worker: a stream begins, perhaps once more."""

    stream_id: int
    head: Any  # what the function gets beside the inputs
    n_to_drop: int  # number of outputs that a dead worker has delivered
    digest: int  # of these outputs
    max_bytes: Optional[int]  # of the outputs under way
    apart: bool = False  # whether to pickle each output for itself, as a PickledOutput


class Inputs(NamedTuple):
    """To the worker: the next inputs."""

    stream_id: int
    tasks: List[Any]


class End(NamedTuple):
    """To the worker: there are no more inputs."""

    stream_id: int
    source_failed: bool


class Stop(NamedTuple):
    """To the worker: nobody wants the rest of the outputs."""

    stream_id: int


class OutputsTaken(NamedTuple):
    """To the worker: the oldest message with outputs that was under way is used up."""

    stream_id: int


class InputsTaken(NamedTuple):
    """From the worker: it begins the next message with inputs."""

    stream_id: int
    seconds_per_task: Optional[float]  # that an input of the message before took, None if there was none


class PickledOutput(NamedTuple):
    """An output that can be unpickled for itself."""

    data: bytes
    substitute: Any  # what takes its place if that fails, a named tuple with a field ``failure``


class Outputs(NamedTuple):
    """From the worker: the next outputs."""

    stream_id: int
    outputs: List[Any]
    n_outputs: int  # of the stream so far
    digest: int  # of the stream so far
    memory: int
    imports_tensorflow: Optional[str]
    report: Any = None  # what the function tells about itself


class Finished(NamedTuple):
    """From the worker: there are no more outputs."""

    stream_id: int
    failure: Optional[TaskFailure]
    memory: int
    imports_tensorflow: Optional[str]
    report: Any = None
