# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the scenario: from a line of a list to a sample."""

from typing import Dict

import numpy as np
import tensorflow as tf

from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.util.errors import UserValueError

from .params import LoadProcessorParams, TemplateDataParams


class LoadProcessor(MappingDataProcessor[LoadProcessorParams]):
    """Replace: a line is the path of a text file with numbers, then, except for prediction, the class: ``a.txt 1``."""

    def apply(self, sample: Sample) -> Sample:
        path, *label = sample.inputs.split()
        values = np.loadtxt(path, dtype="float32", ndmin=1)
        expected = self.data_params.length
        if len(values) != expected:
            raise UserValueError(
                "The file is too long or short.", where=path, expected=f"{expected} values", got=str(len(values))
            )
        loaded = sample.new_inputs({"x": values}).new_meta({"path": path})
        return loaded.new_targets({"gt": np.asarray(label, dtype="int32")} if label else None)


class TemplateData(DataBase[TemplateDataParams]):
    """The processors that are used by default, and the shapes of one sample without the batch dimension."""

    @classmethod
    def default_params(cls) -> TemplateDataParams:
        params = super().default_params()
        # Replace: run_parallel=True as soon as a processor takes longer than sending a sample to another process.
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=False, processors=[LoadProcessorParams()])
        params.post_proc = SequentialProcessorPipelineParams(run_parallel=False)
        return params

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"x": tf.TensorSpec(shape=[self.params.length], dtype="float32")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec(shape=[1], dtype="int32")}
