# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data generators: where samples come from."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, List, TypeVar, Union

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.seeding import draw_seed
from tfaip.util.generic_meta import CollectGenericTypes

T = TypeVar("T", bound=DataGeneratorParams)


class DataGenerator(Generic[T], ABC, metaclass=CollectGenericTypes):
    """Base of all data generators.

    Args:
        mode: The mode of the pipeline that reads from the generator.
        params: The parameters of the generator.
    """

    def __init__(self, mode: PipelineMode, params: T):
        self.mode = mode
        self.params: T = params

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of samples of one pass."""

    @abstractmethod
    def generate(self) -> Iterable[Union[Sample, List[Sample]]]:
        """Return the samples of one pass; called anew for each pass.

        If :meth:`yields_batches`, each element is a list of samples that forms a batch.
        """

    def yields_batches(self) -> bool:
        """Return whether the generator forms the batches itself."""
        return False

    def steps_per_epoch(self, batch_size: int, scale_factor: float = 1) -> int:
        """Return the number of full batches in one pass.

        Args:
            batch_size: Number of samples in a batch.
            scale_factor: Factor of the number of samples.
        """
        return int(len(self) * scale_factor / batch_size)


class RawDataGenerator(DataGenerator[DataGeneratorParams]):
    """Generates samples that are in memory, in a new random order in each pass of a training.

    Args:
        raw_data: The samples; shuffling changes their order in this list.
        mode: The mode of the pipeline. Sets ``shuffle``, which may be changed afterwards.
        params: Not used.
    """

    def __init__(self, raw_data: List[Sample], mode: PipelineMode, params: DataGeneratorParams):
        super().__init__(mode, params)
        self.raw_data = raw_data
        self.shuffle = mode == PipelineMode.TRAINING
        # Its own generator: the data are read in a thread, where the global one would give another order in each run.
        self._random = random.Random(draw_seed())

    def __len__(self) -> int:
        return len(self.raw_data)

    def generate(self) -> Iterable[Sample]:
        """Return the samples, shuffled if ``shuffle``."""
        if self.shuffle:
            self._random.shuffle(self.raw_data)
        return self.raw_data
