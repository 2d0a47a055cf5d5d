# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How the batches of a validation get into the graph: right from the pipeline, or through ``tf.data``."""

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import tensorflow as tf

from tfaip.data.pipeline.batching.grouping import MAX_BYTES, PATIENCE, stacked
from tfaip.data.pipeline.batching.stream import BatchStream
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.tensors import to_tensors
from tfaip.trainer.loop.datasetstream import dataset_stream
from tfaip.trainer.loop.steps import create_group_test_function

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import TrainingModel

TensorBatch = Tuple[Dict[str, Any], Dict[str, Any], Dict[str, Any]]  # inputs, targets, meta

_MAX_BATCHES = 64


class EvaluationFunctions:
    """The functions of a model that feeds call, traced once for all validations.

    Args:
        model: The model.
        run_eagerly: Run each operation from Python.
        batch_size: The number of samples in each batch if it is the same in all.
    """

    def __init__(self, model: "TrainingModel", run_eagerly: bool, batch_size: Optional[int] = None):
        self.model = model
        self.run_eagerly = run_eagerly
        self.of_group = create_group_test_function(model, run_eagerly, batch_size)


class EvaluationFeed:
    """Runs the graph on one pass over the validation data.

    Args:
        stream: The batches, of inputs, targets and meta.
        functions: What to run.
    """

    def __init__(self, stream: BatchStream, functions: EvaluationFunctions):
        self._stream = stream
        self._functions = functions

    def next_batch(self) -> Optional[TensorBatch]:
        """Return the next batch, None at the end."""
        batch = next(self._stream, None)
        return None if batch is None else (*to_tensors(batch[:2]), batch[2])  # type: ignore[return-value]

    def run_rest(self, step: int, epoch: int) -> int:
        """Run the graph on the batches that are left and return how many there were."""
        count = 0
        while True:
            try:
                batches = self._stream.take(_MAX_BATCHES, MAX_BYTES, PATIENCE)
            except StopIteration:
                return count
            inputs, targets = to_tensors(stacked([batch[:2] for batch in batches]))
            self._functions.of_group(inputs, targets, *_scalars(len(batches), step, epoch))
            count += len(batches)

    def close(self) -> None:
        """End the thread that prepares the batches."""
        self._stream.close()


def create_evaluation_feed(pipeline: DataPipeline, functions: EvaluationFunctions) -> Optional[EvaluationFeed]:
    """Return the feed of one pass, None if there are no data.

    Args:
        pipeline: The evaluation pipeline.
        functions: What to run.
    """
    stream = pipeline.input_stream(auto_repeat=False, in_this_thread=functions.run_eagerly)
    if stream is None:
        dataset = pipeline.input_dataset(auto_repeat=False)
        if dataset is None:
            return None
        stream = dataset_stream(dataset, functions.model, with_meta=True, in_this_thread=functions.run_eagerly)
    return EvaluationFeed(stream, functions)


def _scalars(*values: int) -> Tuple[tf.Tensor, ...]:
    return tuple(tf.constant(value, dtype="int64") for value in values)
