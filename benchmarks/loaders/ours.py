# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Our pipeline as a contestant: through ``tf.data``, and as the training reads it."""

import contextlib
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from benchmarks.loaders.params import NumbersParams, WorkDataParams, WorkParams
from benchmarks.loaders.work import KINDS
from tfaip.data.data import DataBase
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.batching.grouping import stacked
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.data.pipeline.tensors import to_tensors
from tfaip.trainer.loop.feed import MAX_BYTES, PARTS, PATIENCE

_MAX_STEPS = 64
_SAMPLES_PER_PASS = 100_000


class WorkData(DataBase[WorkDataParams]):
    """Announces the array of a kind of work."""

    def _input_layer_specs(self) -> dict[str, tf.TensorSpec]:
        kind = KINDS[self.params.kind]
        return {"x": tf.TensorSpec(kind.shape, kind.dtype)}

    def _target_layer_specs(self) -> dict[str, tf.TensorSpec]:
        return {}


def create_pipeline(name: str, num_processes: int) -> DataPipeline:
    """Return the training pipeline of a kind of work."""
    processors = [WorkParams(kind=name)]
    params = WorkDataParams(kind=name, pre_proc=SequentialProcessorPipelineParams(processors=processors))
    pipeline_params = DataPipelineParams(
        batch_size=KINDS[name].batch_size, num_processes=num_processes, mode=PipelineMode.TRAINING
    )
    return WorkData(params).create_pipeline(pipeline_params, NumbersParams(n=_SAMPLES_PER_PASS))


@contextlib.contextmanager
def through_tf_data(name: str, num_processes: int) -> Iterator[Iterator[int]]:
    """Give an iterator over the sizes of the batches that a ``tf.data.Dataset`` yields."""
    pipeline = create_pipeline(name, num_processes)
    dataset = pipeline.input_dataset(auto_repeat=True)
    assert dataset is not None
    iterator: Any = iter(dataset)
    yield (int(batch[0]["x"].shape[0]) for batch in iterator)
    del iterator
    pipeline.join()


@contextlib.contextmanager
def into_the_step(name: str, num_processes: int) -> Iterator[Iterator[int]]:
    """Give an iterator over the numbers of samples that the training function gets at once, as tensors."""
    pipeline = create_pipeline(name, num_processes)
    stream = pipeline.input_stream(auto_repeat=True, parts=PARTS)
    assert stream is not None

    def sizes() -> Iterator[int]:
        while True:
            inputs = to_tensors(stacked(stream.take(_MAX_STEPS, MAX_BYTES, PATIENCE)))[0]
            yield inputs["x"].shape[0] * inputs["x"].shape[1]

    with stream:
        yield sizes()
    pipeline.join()


def worker_memory(name: str) -> float:
    """Return the MiB that a worker alone adds, after some batches."""
    pipeline = create_pipeline(name, 2)
    stream = pipeline.input_stream(auto_repeat=True, parts=PARTS)
    assert stream is not None
    with stream:
        for _ in range(300):
            next(stream)
        memory = pipeline.data.worker_pools.memory
    pipeline.join()
    return max(memory) / (1 << 20)
