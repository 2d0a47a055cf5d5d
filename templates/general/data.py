# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the scenario: the generator, the processor, and the shapes of a sample."""

from collections.abc import Iterable
from typing import Dict

import numpy as np
import tensorflow as tf

from tfaip import PipelineMode, Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams

from .params import TemplateDataParams, TemplateGeneratorParams, TemplateProcessorParams


class TemplateGenerator(DataGenerator[TemplateGeneratorParams]):
    """Replace: yield what is cheap to find (a path, a line), and let the processors do the work in parallel."""

    def __len__(self) -> int:
        return self.params.n_samples

    def generate(self) -> Iterable[Sample]:
        rng = np.random.default_rng(self.params.seed)
        for index in range(self.params.n_samples):
            point = rng.uniform(-1, 1, 2)
            inside = int(np.sum(point**2) < 0.6)
            is_labelled = self.mode != PipelineMode.PREDICTION
            yield Sample(inputs=point, targets=inside if is_labelled else None, meta={"index": index})


class TemplateProcessor(MappingDataProcessor[TemplateProcessorParams]):
    """Replace: load, clean, augment; return None to drop a sample."""

    def apply(self, sample: Sample) -> Sample:
        sample = sample.new_inputs({"point": np.asarray(sample.inputs * self.params.scale, dtype="float32")})
        if sample.targets is None:
            return sample
        return sample.new_targets({"gt": np.asarray([sample.targets], dtype="int32")})


class TemplateData(DataBase[TemplateDataParams]):
    """The processors that are used by default, and the shapes of one sample without the batch dimension."""

    @classmethod
    def default_params(cls) -> TemplateDataParams:
        params = super().default_params()
        # Replace: run_parallel=True as soon as a processor takes longer than sending a sample to another process.
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=False, processors=[TemplateProcessorParams()])
        params.post_proc = SequentialProcessorPipelineParams(run_parallel=False)
        return params

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"point": tf.TensorSpec(shape=[2], dtype="float32")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec(shape=[1], dtype="int32")}
