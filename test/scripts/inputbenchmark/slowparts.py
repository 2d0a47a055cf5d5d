# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A generator and processors that take as long as they are told. Workers import this, so it is without TensorFlow."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

from paiargparse import pai_dataclass

from test.data.processors import Numbers, NumbersParams
from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.dataprocessor import (
    DataProcessorParams,
    GeneratingDataProcessor,
    MappingDataProcessor,
)


@pai_dataclass
@dataclass
class SlowNumbersParams(NumbersParams):
    seconds: float = 0.005

    def cls(self):
        return SlowNumbers


class SlowNumbers(Numbers):
    def generate(self):
        for sample in super().generate():
            time.sleep(self.params.seconds)
            yield sample


@pai_dataclass
@dataclass
class SlowParams(DataProcessorParams):
    seconds: float = 0.005

    @staticmethod
    def cls():
        return Slow


class Slow(MappingDataProcessor[SlowParams]):
    def apply(self, sample: Sample) -> Optional[Sample]:
        time.sleep(self.params.seconds)
        return sample


@pai_dataclass
@dataclass
class QuickParams(DataProcessorParams):
    @staticmethod
    def cls():
        return Quick


class Quick(MappingDataProcessor[QuickParams]):
    def apply(self, sample: Sample) -> Optional[Sample]:
        return sample


@pai_dataclass
@dataclass
class SlowPairsParams(DataProcessorParams):
    """Yields each sample twice."""

    @staticmethod
    def cls():
        return SlowPairs


class SlowPairs(GeneratingDataProcessor[SlowPairsParams]):
    def generate(self, samples: Iterable[Sample]) -> Iterable[Sample]:
        for sample in samples:
            time.sleep(0.005)
            yield sample
            yield sample
