# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The decoder after the network: from the number of a class to its name."""

from examples.imageclassification.data.params import ClassNameProcessorParams
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor


class ClassNameProcessor(MappingDataProcessor[ClassNameProcessorParams]):
    """Adds the name to the outputs, for readers and files of results."""

    def apply(self, sample: Sample) -> Sample:
        name = self.data_params.classes[int(sample.outputs["class"])]
        return sample.new_outputs({**sample.outputs, "name": name})
