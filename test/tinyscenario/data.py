# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the tiny scenario."""

import numpy as np
import tensorflow as tf

from test.tinyscenario.params import (
    LabelProcessorParams,
    ReadProcessorParams,
    TinyDataParams,
    TinyGeneratorParams,
)
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


class TinyGenerator(DataGenerator[TinyGeneratorParams]):
    def __len__(self):
        return self.params.n

    def generate(self):
        rng = np.random.RandomState(0)
        for i in range(self.params.n):
            x = rng.randn(2)
            inputs = "not a pair of numbers" if i in self.params.broken else list(x)
            yield Sample(inputs=inputs, targets=i % 2, meta={"index": i})


class TinyData(DataBase[TinyDataParams]):
    @classmethod
    def default_params(cls):
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=False, processors=[ReadProcessorParams()])
        params.post_proc = SequentialProcessorPipelineParams(run_parallel=False, processors=[LabelProcessorParams()])
        return params

    def _input_layer_specs(self):
        return {"x": tf.TensorSpec([2], dtype="float32")}

    def _target_layer_specs(self):
        return {"gt": tf.TensorSpec([1], dtype="int32")}
