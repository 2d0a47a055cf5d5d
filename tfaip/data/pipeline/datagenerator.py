# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Data generators: where samples come from."""

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Generic, List, TypeVar, Union

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.seeding import HasSeededGenerator, borrowed_globals, pass_seed, seed_globals
from tfaip.util.generic_meta import CollectGenericTypes

T = TypeVar("T", bound=DataGeneratorParams)


class DataGenerator(HasSeededGenerator, Generic[T], ABC, metaclass=CollectGenericTypes):
    """Base of all data generators.

    Randomness comes from ``self.rng``, a ``numpy.random.Generator``. A pipeline seeds it for each pass by its own seed
    and the number of the pass. A training can only be continued in the middle of a pass if :meth:`generate` yields the
    same samples in the same order whenever ``self.rng`` is seeded the same.

    Args:
        mode: The mode of the pipeline that reads from the generator.
        params: The parameters of the generator.

    Attributes:
        epoch: Number of the present pass.
    """

    epoch: int = 0

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

    def begin_pass(self, seed: int, epoch: int) -> None:
        """Prepare a pass; called before :meth:`generate`.

        A generator that reads from other generators overrides this to call theirs, too.

        Args:
            seed: The seed of the pipeline.
            epoch: Number of the pass.
        """
        self.epoch = epoch
        self.seed_rng(pass_seed(seed, epoch))

    def generate_from(self, index: int) -> Iterable[Union[Sample, List[Sample]]]:
        """Return what :meth:`generate` does without the first samples; called to continue in the middle of a pass.

        To be overridden if these samples need not be made for that.

        Args:
            index: How many samples to leave out; if :meth:`yields_batches`, those of a number of whole batches.
        """
        return self._drop_first(index)

    def _drop_first(self, index: int) -> Iterator[Union[Sample, List[Sample]]]:
        position = 0
        for content in self.generate():
            if position >= index:
                yield content
            position += len(content) if isinstance(content, list) else 1

    def yields_batches(self) -> bool:
        """Return whether the generator forms the batches itself."""
        return False

    def knows_length(self) -> bool:
        """Return whether ``len`` is known before the samples are read. If not, they are read until they end."""
        return True

    def is_endless(self) -> bool:
        """Return whether a pass has no end. Who wants a single pass reads ``len`` samples then."""
        return False

    def steps_per_epoch(self, batch_size: int, scale_factor: float = 1) -> int:
        """Return the number of full batches in one pass.

        Args:
            batch_size: Number of samples in a batch.
            scale_factor: Factor of the number of samples.
        """
        return int(len(self) * scale_factor / batch_size)


def seeded_pass(
    generator: DataGenerator, seed: int, epoch: int, index: int = 0
) -> Iterator[Union[Sample, List[Sample]]]:
    """Yield one pass of a generator.

    ``random`` and ``numpy.random`` are seeded, too, while it starts, where a generator written for 1.2 shuffles.

    Args:
        generator: The generator.
        seed: The seed of the pipeline.
        epoch: Number of the pass.
        index: How many samples to leave out at the beginning.
    """
    with borrowed_globals():
        seed_globals(pass_seed(seed, epoch))
        generator.begin_pass(seed, epoch)
        contents = iter(generator.generate_from(index) if index else generator.generate())
        first = list(itertools.islice(contents, 1))
    yield from first
    yield from contents


class RawDataGenerator(DataGenerator[DataGeneratorParams]):
    """Generates samples that are in memory, in a new random order in each pass of a training.

    Args:
        raw_data: The samples.
        mode: The mode of the pipeline. Sets ``shuffle``, which may be changed afterwards.
        params: Not used.
    """

    def __init__(self, raw_data: List[Sample], mode: PipelineMode, params: DataGeneratorParams):
        super().__init__(mode, params)
        self.raw_data = raw_data
        self.shuffle = mode == PipelineMode.TRAINING

    def __len__(self) -> int:
        return len(self.raw_data)

    def generate(self) -> Iterable[Sample]:
        """Return the samples, shuffled if ``shuffle``."""
        return self.generate_from(0)

    def generate_from(self, index: int) -> Iterable[Sample]:
        """Return the samples without the first ones; see the base class."""
        if self.shuffle:
            return [self.raw_data[position] for position in self.rng.permutation(len(self.raw_data))[index:]]
        return self.raw_data[index:] if index else self.raw_data
