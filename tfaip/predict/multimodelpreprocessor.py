# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pre-processing for several models that differ in it. Must stay light: workers import it."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor
from tfaip.data.pipeline.processor.sample.ownership import own_sample
from tfaip.predict.sampleprocessors import SampleProcessors

_SEPARATOR = "/"


@pai_dataclass
@dataclass
class MultiModelPreProcessorParams(DataProcessorParams):
    """What the pre-processor needs. Never part of a parameter file.

    Args:
        datas: The data parameters of each kind of pre-processing.
    """

    datas: Any = field(default_factory=list, metadata=pai_meta(mode="ignore"))

    @staticmethod
    def cls() -> "Type[MultiModelPreProcessor]":
        """Return the processor class."""
        return MultiModelPreProcessor


class MultiModelPreProcessor(MappingDataProcessor[MultiModelPreProcessorParams]):
    """Applies each kind of pre-processing to the same sample.

    The inputs of all of them become one dictionary, the meta data a list; the targets are those of the first. A sample
    that one of them drops is dropped.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._processors = [SampleProcessors(data.pre_proc, data, self.mode) for data in self.params.datas]

    def seed_rng(self, seed: int, place: int = 0) -> None:
        """Let each kind begin with the random numbers that it had alone."""
        for processors in self._processors:
            processors.seed_rng(seed)

    def apply(self, sample: Sample) -> Optional[Sample]:
        """Return the sample with the inputs of all."""
        results: List[Sample] = []
        for processors in self._processors:
            result = processors.apply_on_sample(own_sample(sample))
            if result is None:
                return None
            results.append(result)
        inputs = joined_names([result.inputs for result in results])
        return results[0].new_inputs(inputs).new_meta([result.meta for result in results])


def joined_names(values: List[Dict[str, Any]]) -> Dict[str, Any]:
    """Return one dictionary of several; the number of the dictionary becomes a part of the name."""
    return {f"{number}{_SEPARATOR}{name}": value for number, part in enumerate(values) for name, value in part.items()}


def split_names(values: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Invert :func:`joined_names`."""
    parts: List[Dict[str, Any]] = []
    for joined, value in values.items():
        number, _, name = joined.partition(_SEPARATOR)
        parts += [{} for _ in range(int(number) + 1 - len(parts))]
        parts[int(number)][name] = value
    return parts
