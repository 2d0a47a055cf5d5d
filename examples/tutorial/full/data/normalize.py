# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The processor of the full tutorial; it may run in a worker process, so it does without TensorFlow."""

import numpy as np

from examples.tutorial.full.data.image_files import read_digit
from examples.tutorial.full.data.params import NormalizeProcessorParams
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor


class NormalizeProcessor(MappingDataProcessor[NormalizeProcessorParams]):
    """Turns what the generators yield, an image or the path of one, into the numbers that the graph expects."""

    def apply(self, sample: Sample) -> Sample:
        pixels = read_digit(sample.inputs) if isinstance(sample.inputs, str) else sample.inputs
        scaled = np.asarray(pixels, dtype="float32") / 255
        if self.params.center:
            scaled = scaled * 2 - 1
        sample = sample.new_inputs({"img": scaled})
        if sample.targets is None:
            return sample
        return sample.new_targets({"gt": np.asarray([sample.targets], dtype="uint8")})
