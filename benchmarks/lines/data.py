# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Lines of text as grey images, of shape [width, HEIGHT]."""

from collections.abc import Iterator
from typing import Dict

import numpy as np
import tensorflow as tf

from benchmarks.lines.params import (
    DecodeProcessorParams,
    LineDataParams,
    LineGeneratorParams,
    ScaleProcessorParams,
)
from tfaip import Sample
from tfaip.data.data import DataBase
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams

HEIGHT = 48


class LineGenerator(DataGenerator[LineGeneratorParams]):
    """Yields nothing."""

    def __len__(self) -> int:
        return 0

    def generate(self) -> Iterator[Sample]:
        """Yield nothing."""
        return iter(())


class ScaleProcessor(MappingDataProcessor[ScaleProcessorParams]):
    """Scales the pixels and tells the width."""

    def apply(self, sample: Sample) -> Sample:
        """Return the processed sample."""
        img = np.asarray(sample.inputs, "float32") / 255
        return sample.new_inputs({"img": img, "img_len": np.array([len(img)], "int32")})


class DecodeProcessor(MappingDataProcessor[DecodeProcessorParams]):
    """Takes the best class of each position, without repetitions, as a greedy decoder does."""

    def apply(self, sample: Sample) -> Sample:
        """Return the processed sample."""
        best = np.argmax(sample.outputs["softmax"][: int(sample.outputs["length"][0])], axis=-1)
        return sample.new_outputs({"labels": best[np.diff(best, prepend=-1) != 0]})


class LineData(DataBase[LineDataParams]):
    """The data."""

    @classmethod
    def default_params(cls) -> LineDataParams:
        """Return the parameters with the processors."""
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(processors=[ScaleProcessorParams()])
        params.post_proc = SequentialProcessorPipelineParams(processors=[DecodeProcessorParams()])
        return params

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"img": tf.TensorSpec([None, HEIGHT], "float32"), "img_len": tf.TensorSpec([1], "int32")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec([1], "int32")}
