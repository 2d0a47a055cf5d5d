# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processors of the tiny scenario, without TensorFlow, which would take workers long to import."""

import numpy as np

from test.tinyscenario.params import LabelProcessorParams, ReadProcessorParams
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor


class ReadProcessor(MappingDataProcessor[ReadProcessorParams]):
    def apply(self, sample):
        if isinstance(sample.inputs, str):
            raise ValueError(f"cannot read {sample.inputs!r}")
        sample = sample.new_inputs({"x": np.asarray(sample.inputs, dtype="float32") * self.params.factor})
        if sample.targets is None:
            return sample
        return sample.new_targets({"gt": np.asarray([sample.targets], dtype="int32")})


class LabelProcessor(MappingDataProcessor[LabelProcessorParams]):
    def apply(self, sample):
        return sample.new_outputs({**sample.outputs, "label": self.params.labels[int(sample.outputs["class"])]})
