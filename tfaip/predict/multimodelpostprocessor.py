# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Post-processing of the outputs of several models: each model's own, then the vote."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor

if TYPE_CHECKING:
    from tfaip.predict.sampleprocessors import SampleProcessors


@pai_dataclass
@dataclass
class MultiModelPostProcessorParams(DataProcessorParams):
    """What the post-processor needs. Never part of a parameter file.

    Args:
        voter: A ``MultiModelVoter``.
        post_processors: The post-processing of each model (``apply_on_sample(sample)``), in the order of the models.
    """

    voter: Any = field(default=None, metadata=pai_meta(mode="ignore"))
    post_processors: Any = field(default_factory=list, metadata=pai_meta(mode="ignore"))

    @staticmethod
    def cls() -> "Type[MultiModelPostProcessor]":
        """Return the processor class."""
        return MultiModelPostProcessor


class MultiModelPostProcessor(MappingDataProcessor[MultiModelPostProcessorParams]):
    """Applies each model's post-processing to its outputs and lets the voter vote."""

    def apply(self, sample: Sample) -> Optional[Sample]:
        """Return the voted sample; None (dropped) if the post-processing of a model drops it."""
        pipelines: List[SampleProcessors] = self.params.post_processors
        samples = []
        for single, pipeline in zip(split(sample), pipelines, strict=True):
            processed = pipeline.apply_on_sample(single)
            if processed is None or not processed.is_valid():
                return None
            samples.append(processed)
        return self.params.voter.vote(join(samples))


def split(sample: Sample) -> List[Sample]:
    """Return a sample for each model of one that holds lists of ``outputs`` and ``meta``, and maybe of ``inputs``."""
    inputs = sample.inputs if isinstance(sample.inputs, list) else [sample.inputs] * len(sample.outputs)
    return [
        sample.new_inputs(own_inputs).new_outputs(outputs).new_meta(meta)
        for own_inputs, outputs, meta in zip(inputs, sample.outputs, sample.meta, strict=True)
    ]


def join(samples: List[Sample]) -> Sample:
    """Invert :func:`split`: ``outputs`` and ``meta`` become lists, the rest is taken from the first sample."""
    return samples[0].new_outputs([sample.outputs for sample in samples]).new_meta([sample.meta for sample in samples])
