# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The processors behind the model."""

from dataclasses import dataclass, field

import numpy as np
from paiargparse import pai_dataclass

from test.contract.program.dataset.processors import TextProcessor
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor, SequenceProcessor
from tfaip.data.pipeline.processor.pipeline import DataProcessorPipeline


@dataclass
class Line:
    """What the program hands to its users instead of a dictionary."""

    text: str
    softmax: np.ndarray = field(repr=False)


@pai_dataclass
@dataclass
class ReshapeOutputsParams(DataProcessorParams):
    @staticmethod
    def cls():
        return ReshapeOutputs


class ReshapeOutputs(MappingDataProcessor[ReshapeOutputsParams]):
    """Cuts off what was padded."""

    def apply(self, sample: Sample) -> Sample:
        if sample.outputs is not None:
            n = int(sample.outputs["out_len"].reshape(-1)[0])
            sample = sample.new_outputs({**sample.outputs, "softmax": sample.outputs["softmax"][:n]})
        return sample


@pai_dataclass
@dataclass
class DecodeParams(DataProcessorParams):
    @staticmethod
    def cls():
        return Decode


class Decode(MappingDataProcessor[DecodeParams]):
    """The best path through the letters; 0 is the blank."""

    def apply(self, sample: Sample) -> Sample:
        if sample.outputs is not None:
            softmax = sample.outputs["softmax"]
            text = self.data_params.codec.decode(best_path(softmax))
            sample = sample.new_outputs(Line(text, softmax))
        if isinstance(sample.targets, dict) and "gt" in sample.targets:
            labels = sample.targets["gt"][: int(sample.targets["gt_len"].reshape(-1)[0])]
            sample = sample.new_targets(self.data_params.codec.decode(labels))
        return sample


def best_path(softmax: np.ndarray) -> list[int]:
    labels = np.argmax(softmax, axis=-1)
    return [int(b) for a, b in zip([-1, *labels], labels, strict=False) if a != b and b != 0]


@pai_dataclass
@dataclass
class StripTextParams(DataProcessorParams):
    @staticmethod
    def cls():
        return StripText


class StripText(TextProcessor[StripTextParams]):
    def apply(self, sample: Sample) -> Sample:
        return super().apply(sample) if isinstance(sample.targets, str) else sample

    def of_text(self, text):
        return text.strip()


def processors_of(pipeline: DataProcessorPipeline) -> list[MappingDataProcessor]:
    """Return the processors of a pipeline, as programs look them up that map results back to the inputs."""
    found = []
    for stage in pipeline.pipeline:
        processor = stage.create_processor_fn()
        assert isinstance(processor, SequenceProcessor)
        found += processor.processors
    return found
