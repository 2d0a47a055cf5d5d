# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a sample of the segmentation looks like, and which processors it passes."""

from typing import Dict

import numpy as np
import tensorflow as tf

from examples.segmentation.data.params import (
    ComposeProcessorParams,
    FindObjectsProcessorParams,
    SegmentationDataParams,
)
from examples.segmentation.pictures import draw_boxes, painted
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams


class SegmentationData(DataBase[SegmentationDataParams]):
    """Square images in bytes; as targets the class and the object of each pixel, 0 for the background."""

    @classmethod
    def default_params(cls) -> SegmentationDataParams:
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=True, processors=[ComposeProcessorParams()])
        params.post_proc = SequentialProcessorPipelineParams(
            run_parallel=False, processors=[FindObjectsProcessorParams()]
        )
        return params

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        side = self.params.image_size
        return {"img": tf.TensorSpec(shape=[side, side, 3], dtype="uint8")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        side = self.params.image_size
        return {
            "mask": tf.TensorSpec(shape=[side, side], dtype="uint8"),
            "instances": tf.TensorSpec(shape=[side, side], dtype="uint8"),
        }

    def _sample_pictures(self, sample: Sample) -> Dict[str, np.ndarray]:
        image, outputs = sample.inputs["img"], sample.outputs
        predicted = draw_boxes(painted(image, outputs["mask"]), outputs["boxes"], outputs["names"], outputs["scores"])
        pictures = {"img": image, "predicted": predicted}
        if sample.targets:
            pictures["truth"] = painted(image, sample.targets["mask"])
        return pictures
