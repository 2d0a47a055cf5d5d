# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The data."""

import tensorflow as tf

from test.contract.program.dataset.params import DataParams
from test.contract.program.dataset.pipeline import LinePipeline
from test.contract.program.dataset.postprocessors import DecodeParams, ReshapeOutputsParams, StripTextParams
from test.contract.program.dataset.processors import (
    AugmentationParams,
    CheckLineParams,
    NormalizeTextParams,
    PrepareSampleParams,
)
from tfaip import DataGeneratorParams, PipelineMode
from tfaip.data.data import DataBase
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR, TARGETS_PROCESSOR
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


class Data(DataBase[DataParams]):
    @classmethod
    def data_pipeline_cls(cls):
        return LinePipeline

    @classmethod
    def default_params(cls):
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(
            run_parallel=True,
            processors=[
                CheckLineParams(modes=INPUT_PROCESSOR),
                NormalizeTextParams(modes=TARGETS_PROCESSOR),
                AugmentationParams(modes={PipelineMode.TRAINING}),
                PrepareSampleParams(modes=INPUT_PROCESSOR),
            ],
        )
        params.post_proc = SequentialProcessorPipelineParams(
            run_parallel=False,
            processors=[ReshapeOutputsParams(), DecodeParams(), StripTextParams(modes=TARGETS_PROCESSOR)],
        )
        return params

    def create_pipeline(self, pipeline_params: DataPipelineParams, params: DataGeneratorParams):
        return LinePipeline(pipeline_params, self, params)

    def _input_layer_specs(self):
        return {
            "img": tf.TensorSpec([None, self._params.line_height, self._params.input_channels], dtype=tf.uint8),
            "img_len": tf.TensorSpec([1], dtype=tf.int32),
        }

    def _target_layer_specs(self):
        return {
            "fold_id": tf.TensorSpec([1], dtype=tf.int32),
            "gt": tf.TensorSpec([None], dtype=tf.int32),
            "gt_len": tf.TensorSpec([1], dtype=tf.int32),
        }

    def element_length_fn(self):
        return lambda inputs: inputs["img_len"][0]
