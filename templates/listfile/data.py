# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data of the scenario: the default processors, and the shapes of a sample."""

from typing import Dict

import tensorflow as tf

from tfaip.data.data import DataBase
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams

from .params import LoadProcessorParams, TemplateDataParams


class TemplateData(DataBase[TemplateDataParams]):
    """The processors that are used by default, and the shapes of one sample without the batch dimension."""

    @classmethod
    def default_params(cls) -> TemplateDataParams:
        params = super().default_params()
        # Processors run on worker processes; --data.pre_proc.run_parallel False brings them here, for a debugger.
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=True, processors=[LoadProcessorParams()])
        params.post_proc = SequentialProcessorPipelineParams(run_parallel=False)
        return params

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"x": tf.TensorSpec(shape=[self.params.length], dtype="float32")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec(shape=[1], dtype="int32")}
