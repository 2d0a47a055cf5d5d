# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a sample of the full tutorial looks like, and which processors it passes."""

from typing import Dict, Optional

import numpy as np
import tensorflow as tf

from examples.tutorial.full.data.params import NormalizeProcessorParams, TutorialDataParams
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


class TutorialData(DataBase[TutorialDataParams]):
    """Images as numbers, their classes as targets."""

    @classmethod
    def default_params(cls) -> TutorialDataParams:
        params = super().default_params()
        # Processors run on worker processes; --data.pre_proc.run_parallel False brings them here, for a debugger.
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=True, processors=[NormalizeProcessorParams()])
        # Nothing is to be done after the network, so no worker is needed for it.
        params.post_proc = SequentialProcessorPipelineParams(run_parallel=False)
        return params

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"img": tf.TensorSpec(shape=[28, 28], dtype="float32")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec(shape=[1], dtype="uint8")}

    def input_tensor_key_for_regularization(self) -> Optional[str]:
        return "img"

    def _sample_pictures(self, sample: Sample) -> Dict[str, np.ndarray]:
        return {"img": sample.inputs["img"]}
