# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The samples of a data generator, pass after pass, with their positions."""

import itertools
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Deque, Tuple

from tfaip.data.pipeline.datagenerator import DataGenerator, seeded_pass
from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleKey, describe
from tfaip.data.pipeline.errors import SampleError, sample_error
from tfaip.data.pipeline.position import Start
from tfaip.data.pipeline.processor.pipeline import enumerate_pass
from tfaip.data.pipeline.processor.sample.base import Item, SampleOrBatch
from tfaip.util.errors import UserError
from tfaip.util.multiprocessing.failure import TaskFailure

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline


class SampleSource:
    """Reads a data generator.

    Args:
        pipeline: The pipeline: it counts the passes.
        generator: The generator.
        auto_repeat: Start again at the end of the data, for ever.
        start: Which samples are needed.
        tells_ends: Whether :meth:`end_of` will be asked.
    """

    def __init__(
        self,
        pipeline: "DataPipeline",
        generator: DataGenerator,
        auto_repeat: bool,
        start: Start,
        tells_ends: bool = False,
    ):
        self._pipeline = pipeline
        self._generator = generator
        self._auto_repeat = auto_repeat
        self._start = start
        self._tells_ends = tells_ends
        self._expects_lists = generator.yields_batches()
        self._ends: Deque[Tuple[SampleKey, int]] = deque()

    def items(self) -> Iterator[Item]:
        """Return what the generator yields, pass after pass."""
        return self._pipeline.times.of_source(self._items(), _n_samples)

    def _items(self) -> Iterator[Item]:
        limit = self._limit()
        for epoch in self._passes():
            begin, end = self._start.bounds(epoch)
            is_empty = begin == 0
            for item in enumerate_pass(epoch, self._generated(epoch, begin), limit, begin):
                is_empty = False
                _, index, content = item
                if end is not None and index >= end:
                    break
                if self._start.needs_whole_passes or self._start.wants((epoch, index)):
                    if self._tells_ends and isinstance(content, list):
                        self._ends.append(((epoch, index), index + len(content)))
                    yield item
            if is_empty:
                return

    def _limit(self) -> int:
        """Return the number of samples of a pass, -1 for all; one pass of an endless generator has to end."""
        limit = self._pipeline.pipeline_params.limit
        if self._auto_repeat or not self._generator.is_endless():
            return limit
        size = len(self._generator)
        return size if limit < 0 else min(limit, size)

    def end_of(self, key: SampleKey) -> int:
        """Return the position behind a sample, or behind a batch; to be asked in their order.

        Args:
            key: Pass and position of the sample, or of the first one of the batch.
        """
        while self._ends and self._ends[0][0] <= key:
            found, end = self._ends.popleft()
            if found == key:
                return end
        return key[1] + 1

    def _passes(self) -> Iterator[int]:
        yield from self._start.earlier_passes
        first = 0 if self._start.position is None else self._start.position.epoch
        for number in itertools.count(first) if self._auto_repeat else (first,):
            # Outside of training each run begins with pass 0, so that every validation is the same.
            yield self._pipeline.next_epoch() if self._pipeline.mode == PipelineMode.TRAINING else number

    def _generated(self, epoch: int, begin: int) -> Iterator[SampleOrBatch]:
        """Yield one pass of the generator; its errors get the position."""
        generator, expects_lists, count = self._generator, self._expects_lists, begin
        try:
            for content in seeded_pass(generator, self._pipeline.seed, epoch, begin):
                if isinstance(content, list) != expects_lists or not isinstance(content, (Sample, list)):
                    raise TypeError(_wrong_element(generator, content))
                yield content
                count += 1
        except UserError:
            raise
        except Exception as error:
            raise _generator_error(error, generator, count) from error


def _n_samples(item: Item) -> int:
    content = item[2]
    return len(content) if isinstance(content, list) else 1


def _wrong_element(generator: DataGenerator, content: Any) -> str:
    if isinstance(content, (Sample, list)):
        return f"generate() yields a {type(content).__name__}, but yields_batches() is {generator.yields_batches()}"
    return f"generate() yields {describe(content)}, expected a Sample or a list of samples"


def _generator_error(error: Exception, generator: DataGenerator, count: int) -> SampleError:
    return sample_error(TaskFailure(error, origin=f"the data generator {type(generator).__name__}"), count, None)
