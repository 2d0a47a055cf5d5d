# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a sample of the image classification looks like, and which processors it passes."""

from typing import Dict, Optional

import numpy as np
import tensorflow as tf

from examples.imageclassification.data.params import (
    AugmentProcessorParams,
    ClassNameProcessorParams,
    ICDataParams,
    LoadImageProcessorParams,
)
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


class ICData(DataBase[ICDataParams]):
    """Square images in bytes, their classes as targets."""

    @classmethod
    def default_params(cls) -> ICDataParams:
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(
            run_parallel=True, processors=[LoadImageProcessorParams(), AugmentProcessorParams()]
        )
        params.post_proc = SequentialProcessorPipelineParams(
            run_parallel=False, processors=[ClassNameProcessorParams()]
        )
        return params

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        side = self.params.image_size
        return {"img": tf.TensorSpec(shape=[side, side, 3], dtype="uint8")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec(shape=[1], dtype="int32")}

    def input_tensor_key_for_regularization(self) -> Optional[str]:
        return "img"

    def _sample_pictures(self, sample: Sample) -> Dict[str, np.ndarray]:
        return {"img": sample.inputs["img"]}
