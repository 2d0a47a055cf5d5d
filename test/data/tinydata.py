# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data for the tests."""

import tensorflow as tf

from test.data.processors import TinyDataParams, ToArraysParams
from tfaip.data.data import DataBase
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


class TinyData(DataBase[TinyDataParams]):
    def _input_layer_specs(self):
        return {"x": tf.TensorSpec([None], "int32"), "len": tf.TensorSpec([1], tf.int32)}

    def _target_layer_specs(self):
        return {"y": tf.TensorSpec(shape=(1,), dtype="int64", name="target")}

    def _padding_values(self):
        return {"x": -1}

    def element_length_fn(self):
        return lambda inputs: inputs["len"][0]


def create_pipeline(generator, processors=(), cls=TinyData, ragged=False, run_parallel=False, **pipeline_params):
    """Return a pipeline of tiny data, in this process unless told otherwise."""
    params = cls.default_params()
    processors = [*processors, ToArraysParams(ragged=ragged)]
    params.pre_proc = SequentialProcessorPipelineParams(run_parallel=run_parallel, processors=processors)
    pipeline_params.setdefault("mode", PipelineMode.EVALUATION)
    pipeline_params.setdefault("num_processes", 2)
    return cls(params).create_pipeline(DataPipelineParams(**pipeline_params), generator)


def xs(batches):
    """Return the first element of each sample's ``x`` in each batch."""
    return [batch[0]["x"][:, 0].tolist() for batch in batches]


def read(pipeline, n=None):
    """Return (the first ``n``) batches."""
    with pipeline.generate_input_batches(auto_repeat=n is not None) as batches:
        return [batch for batch, _ in zip(batches, range(n), strict=False)] if n is not None else list(batches)
