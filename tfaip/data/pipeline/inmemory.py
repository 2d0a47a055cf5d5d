# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples in memory that their generator mixed, or put together to batches."""

import itertools
from collections.abc import Iterable, Sequence
from typing import List, Optional

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.mixing import MixingDataGenerator


class Arrangement:
    """Knows which part or batch each sample in memory belongs to, also when some of them are taken out.

    Args:
        samples: The samples, part by part.
        sizes: The number of samples of each part.
        ratios: How the parts are mixed in training; None if each of them is a batch.
    """

    def __init__(self, samples: Sequence[Sample], sizes: Sequence[int], ratios: Optional[Sequence[float]]):
        self._n_parts = len(sizes)
        self._ratios = ratios
        numbers = itertools.chain.from_iterable(itertools.repeat(number, size) for number, size in enumerate(sizes))
        self._part_of = {id(sample): number for number, sample in zip(numbers, samples, strict=True)}

    def create_generator(
        self, samples: Sequence[Sample], mode: PipelineMode, params: DataGeneratorParams
    ) -> DataGenerator:
        """Create the generator of samples, all those of the beginning or some of them; others join the first part."""
        parts: List[List[Sample]] = [[] for _ in range(self._n_parts)]
        for sample in samples:
            parts[self._part_of.get(id(sample), 0)].append(sample)
        if self._ratios is None:
            return BatchesInMemoryGenerator([part for part in parts if part], mode, params)
        return MixedSamplesGenerator(parts, self._ratios, mode, params)


class MixedSamplesGenerator(MixingDataGenerator[DataGeneratorParams]):
    """Mixes samples that are in memory.

    Args:
        parts: The samples of each part.
        ratios: See :meth:`MixingDataGenerator.ratios`.
        mode: The mode of the pipeline.
        params: Not used.
    """

    def __init__(
        self, parts: Sequence[List[Sample]], ratios: Sequence[float], mode: PipelineMode, params: DataGeneratorParams
    ):
        super().__init__(mode, params)
        self._parts = parts
        self._ratios = ratios

    def parts(self) -> Sequence[Sequence[Sample]]:
        """Return the samples of each part."""
        return self._parts

    def ratios(self) -> Sequence[float]:
        """Return the ratios of the parts."""
        return self._ratios


class BatchesInMemoryGenerator(DataGenerator[DataGeneratorParams]):
    """Generates batches that are in memory, in a new random order in each pass of a training.

    Args:
        batches: The samples of each batch.
        mode: The mode of the pipeline.
        params: Not used.
    """

    def __init__(self, batches: Sequence[List[Sample]], mode: PipelineMode, params: DataGeneratorParams):
        super().__init__(mode, params)
        self._batches = batches

    def __len__(self) -> int:
        return sum(map(len, self._batches))

    def yields_batches(self) -> bool:
        """Return True."""
        return True

    def steps_per_epoch(self, batch_size: int, scale_factor: float = 1) -> int:
        """Return the number of batches; see the base class."""
        return int(len(self._batches) * scale_factor)

    def generate(self) -> Iterable[List[Sample]]:
        """Return the batches."""
        if self.mode != PipelineMode.TRAINING:
            return self._batches
        return (self._batches[number] for number in self.rng.permutation(len(self._batches)).tolist())
