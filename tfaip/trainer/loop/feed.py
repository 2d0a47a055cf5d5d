# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How the batches of the training get into the steps: right from the pipeline, or through ``tf.data``."""

from typing import TYPE_CHECKING, Any, Optional

import tensorflow as tf

from tfaip.data.pipeline.batching.grouping import stacked
from tfaip.data.pipeline.batching.stream import BatchStream
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.tensors import to_tensors
from tfaip.trainer.loop.datasetstream import dataset_stream
from tfaip.trainer.loop.steps import create_group_train_function
from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import StepsRead, TrainingModel

log = logger(__name__)

PARTS = ("inputs", "targets")  # nobody reads the meta data of a training, so that they are not even made
MAX_BYTES = 1 << 20  # a batch of this size goes alone: copying it takes longer than entering TensorFlow
PATIENCE = 0.002  # seconds


class Feed:
    """Runs optimizer steps on the next batches of a stream.

    Args:
        stream: The batches, of inputs and targets.
        model: The model to train.
        run_eagerly: Run each operation of a step from Python.
        batch_size: The number of samples in each batch if it is the same in all.
        knows_wait: Whether waiting for the stream is waiting for the data pipeline.

    Attributes:
        read: What ``TrainingModel.read_steps`` returned after the last steps; None if it was not called.
    """

    def __init__(
        self,
        stream: BatchStream,
        model: "TrainingModel",
        run_eagerly: bool,
        batch_size: Optional[int] = None,
        knows_wait: bool = True,
    ):
        self._stream = stream
        self._knows_wait = knows_wait
        self.read: Optional[StepsRead] = None
        self._train = create_group_train_function(model, run_eagerly, batch_size)

    @property
    def position(self) -> Any:
        """Where the pipeline goes on behind the last step; None if that is not known."""
        return self._stream.position

    @property
    def seconds_waited(self) -> Optional[float]:
        """How long the steps have waited for batches; None if that is not known."""
        return self._stream.seconds_waited if self._knows_wait else None

    def take(self, n: int) -> Any:
        """Wait for at least one batch and return at most ``n`` of them, for :meth:`run`.

        Raises:
            StopIteration: There are no more batches.
        """
        return self._stream.take(n, MAX_BYTES, PATIENCE)

    def run(self, batches: Any, step: int, epoch: int) -> int:
        """Run a step on each batch, the first one with number ``step``; return how many."""
        inputs, targets = to_tensors(stacked(batches))
        self.read = self._train(inputs, targets, _int64(len(batches)), _int64(step), _int64(epoch))
        return len(batches)

    def close(self) -> None:
        """End the thread that prepares the batches."""
        self._stream.close()


def create_feed(pipeline: DataPipeline, model: "TrainingModel", run_eagerly: bool) -> Feed:
    """Return the feed of a training pipeline, which is repeated for ever.

    Args:
        pipeline: The pipeline.
        model: The model to train.
        run_eagerly: Run each operation of a step from Python.

    Raises:
        UserValueError: There is no training sample.
    """
    start = pipeline.next_start()
    stream = pipeline.input_stream(auto_repeat=True, parts=PARTS, in_this_thread=run_eagerly)
    if stream is not None:
        if start.batches:
            log.warning(
                "TensorFlow does not make the batches any more: the data go on at the beginning of pass %d.",
                start.epoch,
            )
        return Feed(stream, model, run_eagerly, pipeline.fixed_batch_size)
    dataset = pipeline.input_dataset(auto_repeat=True)
    if dataset is None:
        raise UserValueError(
            "There is no training sample.",
            where=f"training data {type(pipeline.generator_params).__name__}",
            expected="at least one sample",
            got="none",
        )
    stream = dataset_stream(dataset, model, start, in_this_thread=run_eagerly)
    return Feed(stream, model, run_eagerly, knows_wait=False)


def _int64(value: int) -> tf.Tensor:
    return tf.constant(value, dtype="int64")
