# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading the batches of a training as the training does, but without a model."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, List, Optional, Protocol

from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    import tensorflow as tf

    from tfaip.data.pipeline.batching.stream import BatchStream
    from tfaip.data.pipeline.datapipeline import DataPipeline


class Reader(Protocol):
    """Reads batches into TensorFlow."""

    @property
    def crossing_seconds(self) -> Optional[float]:
        """What bringing them into TensorFlow took so far, None if that cannot be told apart."""

    def read(self) -> List[int]:
        """Return the numbers of samples of the next batches, which came at once.

        Raises:
            StopIteration: There are no more batches.
            UserError: A sample cannot be read.
        """

    def close(self) -> None:
        """End what prepares the batches."""


class StreamReader:
    """Reads batches right from the pipeline.

    Args:
        stream: The batches.
    """

    def __init__(self, stream: "BatchStream"):
        # imported late: the help of the program does not need TensorFlow
        from tfaip.data.pipeline.batching.grouping import stacked
        from tfaip.data.pipeline.tensors import to_tensors
        from tfaip.trainer.loop.chunks import MAX_STEPS
        from tfaip.trainer.loop.feed import MAX_BYTES, PATIENCE

        self._stream = stream
        self._how_many = MAX_STEPS, MAX_BYTES, PATIENCE
        self._stacked = stacked
        self._to_tensors = to_tensors
        self.crossing_seconds: Optional[float] = 0.0

    def read(self) -> List[int]:
        """Read as many batches as a training would; see :class:`Reader`."""
        batches = self._stream.take(*self._how_many)
        begin = time.perf_counter()
        self._to_tensors(self._stacked(batches))
        assert self.crossing_seconds is not None
        self.crossing_seconds += time.perf_counter() - begin
        return [len(next(array for part in batch for array in part.values())) for batch in batches]

    def close(self) -> None:
        """End the thread that prepares the batches."""
        self._stream.close()


class DatasetReader:
    """Reads batches of a dataset.

    Args:
        dataset: The batches.
        pipeline: The pipeline, which knows the errors that TensorFlow hides.
    """

    crossing_seconds: Optional[float] = None

    def __init__(self, dataset: "tf.data.Dataset", pipeline: "DataPipeline"):
        self._pipeline = pipeline
        self._batches: Optional[Iterator[Any]] = iter(dataset)

    def read(self) -> List[int]:
        """Read a batch; see :class:`Reader`."""
        import tensorflow as tf

        assert self._batches is not None
        try:
            batch = next(self._batches)
        except tf.errors.OpError:
            self._pipeline.raise_pending_error()
            raise
        return [int(tf.nest.flatten(batch)[0].shape[0])]

    def close(self) -> None:
        """End the threads of the dataset."""
        self._batches = None


def create_reader(pipeline: "DataPipeline") -> Reader:
    """Return what reads a pipeline, again and again.

    Raises:
        UserValueError: There is no training sample.
    """
    from tfaip.trainer.loop.feed import PARTS

    stream = pipeline.input_stream(auto_repeat=True, parts=PARTS)
    if stream is not None:
        return StreamReader(stream)
    dataset = pipeline.input_dataset(auto_repeat=True)
    if dataset is None:
        raise no_sample(pipeline)
    return DatasetReader(dataset, pipeline)


def no_sample(pipeline: "DataPipeline") -> UserValueError:
    """Return the error for a pipeline without samples."""
    return UserValueError(
        "There is no training sample.",
        where=f"training data {type(pipeline.generator_params).__name__}",
        expected="at least one sample",
        got="none",
    )
