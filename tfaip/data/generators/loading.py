# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Base of generators that load their samples in threads, which wait for files at the same time."""

import contextlib
import itertools
from abc import ABC
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from typing import Deque, Generic, List, NamedTuple, Sequence, TypeVar

from tfaip.data.pipeline.datagenerator import DataGenerator, T
from tfaip.data.pipeline.definitions import Sample, describe
from tfaip.data.pipeline.errors import SampleError, sample_error
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.threadedmap import threaded_map

N_LOADER_THREADS = 8

TBatch = TypeVar("TBatch", bound=Sequence)


class Entry(NamedTuple):
    """A sample that is not loaded yet.

    Attributes:
        number: Its number among all samples of the generator.
        sample: What is known about it.
        where: Where it comes from, for messages.
    """

    number: int
    sample: Sample
    where: str


class LoadingDataGenerator(DataGenerator[T], Generic[T], ABC):
    """A generator whose samples are loaded by :meth:`load_sample` in threads.

    They come in their order, whichever thread is the fastest.
    """

    n_loader_threads = N_LOADER_THREADS

    def load_sample(self, sample: Sample) -> Sample:
        """Return the loaded sample; to be overridden.

        It is called in several threads at once. Leave what computes, and dropping samples, to processors: only waiting
        is done in parallel here.

        Args:
            sample: What the generator knows about the sample.
        """
        return sample

    def load(self, entries: Iterable[Entry]) -> Generator[Sample, None, None]:
        """Yield the loaded samples.

        Raises:
            SampleError: One could not be loaded; the error tells which and is an instance of the original type.
        """
        waits = type(self).load_sample is not LoadingDataGenerator.load_sample
        return threaded_map(self._load_entry, entries, self.n_loader_threads if waits else 0)

    def load_batches(self, batches: Iterable[List[Entry]]) -> Generator[List[Sample], None, None]:
        """Yield batches of loaded samples; see :meth:`load`."""
        sizes: Deque[int] = deque()

        def entries() -> Iterator[Entry]:
            for batch in batches:
                if batch:
                    sizes.append(len(batch))
                    yield from batch

        with contextlib.closing(self.load(entries())) as loaded:
            for first in loaded:
                yield [first, *itertools.islice(loaded, sizes.popleft() - 1)]

    def _load_entry(self, entry: Entry) -> Sample:
        try:
            sample = self.load_sample(entry.sample)
            if not isinstance(sample, Sample):
                raise TypeError(f"load_sample returned {describe(sample)}, expected a Sample")
            return sample
        except Exception as error:
            raise self._error(error, entry) from error

    def _error(self, error: Exception, entry: Entry) -> SampleError:
        failure = TaskFailure(error, origin=f"{type(self).__name__}.load_sample")
        result = sample_error(failure, entry.number, entry.sample.meta)
        result.where = f"{entry.where}, {result.where}"
        return result


def batches_from(batches: Iterable[TBatch], index: int) -> Iterator[TBatch]:
    """Yield the batches without the first ones, those with the first ``index`` samples."""
    position = 0
    for batch in batches:
        if position >= index:
            yield batch
        position += len(batch)
