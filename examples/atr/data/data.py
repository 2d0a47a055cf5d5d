# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a line looks like for the network, and which processors it passes."""

from collections.abc import Callable
from typing import Any, Dict

import numpy as np
import tensorflow as tf

from examples.atr.data.codec import Codec
from examples.atr.data.params import (
    AtrDataParams,
    AugmentProcessorParams,
    DecodeProcessorParams,
    EncodeProcessorParams,
    LoadProcessorParams,
    ScaleProcessorParams,
)
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


class AtrData(DataBase[AtrDataParams]):
    """Images of any width, their texts as numbers."""

    @classmethod
    def default_params(cls) -> AtrDataParams:
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(
            run_parallel=True,
            processors=[
                LoadProcessorParams(),
                ScaleProcessorParams(),
                AugmentProcessorParams(),
                EncodeProcessorParams(),
            ],
        )
        # A text is decoded in less time than it takes to send it to a worker process.
        params.post_proc = SequentialProcessorPipelineParams(run_parallel=False, processors=[DecodeProcessorParams()])
        return params

    def __init__(self, params: AtrDataParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.codec = Codec.read(params.codec.abs_path)

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {
            "img": tf.TensorSpec([None, self.params.height, 1], "uint8"),
            "img_len": tf.TensorSpec([1], "int32"),
        }

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec([None], "int32"), "gt_len": tf.TensorSpec([1], "int32")}

    def element_length_fn(self) -> Callable[[Dict[str, Any]], Any]:
        # for --train.bucket_boundaries: lines of similar width form a batch
        return lambda inputs: inputs["img_len"][0]

    def _sample_pictures(self, sample: Sample) -> Dict[str, np.ndarray]:
        width = int(sample.inputs["img_len"][0])
        return {"line": 255 - sample.inputs["img"][:width, :, 0].T}
