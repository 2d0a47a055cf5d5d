# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What happens to a sample before the network. It runs in worker processes, so do not import TensorFlow here."""

import numpy as np

from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor

from .params import TemplateProcessorParams


class TemplateProcessor(MappingDataProcessor[TemplateProcessorParams]):
    """Replace: load, clean, augment; return None to drop a sample."""

    def apply(self, sample: Sample) -> Sample:
        sample = sample.new_inputs({"point": np.asarray(sample.inputs * self.params.scale, dtype="float32")})
        if sample.targets is None:
            return sample
        return sample.new_targets({"gt": np.asarray([sample.targets], dtype="int32")})
