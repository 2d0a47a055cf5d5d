# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Generator and processor of the measurements: numbers, of which a processor makes samples. No TensorFlow here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from paiargparse import pai_dataclass, pai_meta

from benchmarks.loaders.work import KINDS
from tfaip.data.databaseparams import DataBaseParams, DataGeneratorParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor


@pai_dataclass
@dataclass
class NumbersParams(DataGeneratorParams):
    """The numbers from 0 on."""

    n: int = field(default=1000, metadata=pai_meta(help="Number of samples"))

    @staticmethod
    def cls() -> "type[Numbers]":
        """Return the class of the generator."""
        return Numbers


class Numbers(DataGenerator[NumbersParams]):
    """Yields the numbers as samples."""

    def __len__(self) -> int:
        return self.params.n

    def generate(self) -> Iterable[Sample]:
        """Yield the samples."""
        return (Sample(inputs=number, targets={}) for number in range(self.params.n))


@pai_dataclass
@dataclass
class WorkParams(DataProcessorParams):
    """Makes the sample of a number."""

    kind: str = "python"

    @staticmethod
    def cls() -> "type[Work]":
        """Return the class of the processor."""
        return Work


class Work(MappingDataProcessor[WorkParams]):
    """Makes the sample of a number."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._function = KINDS[self.params.kind].function

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with its array."""
        return sample.new_inputs({"x": self._function(sample.inputs)})


@pai_dataclass
@dataclass
class WorkDataParams(DataBaseParams):
    """The data."""

    kind: str = "python"

    @staticmethod
    def cls() -> type:
        """Return the class of the data."""
        from benchmarks.loaders.ours import WorkData

        return WorkData
