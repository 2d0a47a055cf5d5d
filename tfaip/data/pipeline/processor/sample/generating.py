# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The stage of a generating processor, with the mapping processors around it. It runs in this process, in order."""

import itertools
import operator
from collections.abc import Iterable, Iterator
from typing import Any, Optional, Tuple

from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.errors import sample_error
from tfaip.data.pipeline.processor.dataprocessor import GeneratingDataProcessor, SequenceProcessor
from tfaip.data.pipeline.processor.params import is_mapping
from tfaip.data.pipeline.processor.sample.base import Item, SampleProcessorPipelineBase
from tfaip.data.pipeline.processor.sample.mapping import create_sequence, process_sample
from tfaip.util.multiprocessing.failure import TaskFailure


class _Position:
    """The last sample that the generating processor has read, and the error of what it reads from, if any."""

    def __init__(self) -> None:
        self.index = 0
        self.meta: Any = None
        self.source_error: Optional[BaseException] = None

    def track(self, items: Iterable[Tuple[int, Sample]]) -> Iterator[Sample]:
        try:
            for self.index, sample in items:
                self.meta = sample.meta
                yield sample
        except Exception as error:
            self.source_error = error
            raise


class GeneratingSampleProcessorPipeline(SampleProcessorPipelineBase):
    """A stage of one generating processor and mapping processors before and after it."""

    def run(self, items: Iterable[Item], run_parallel: bool, n_here: int = 0) -> Iterator[Item]:
        """Process items in their order; each pass over the data is generated on its own."""
        before, generator, after = self._create_processors()
        n_samples = 1
        for epoch, group in itertools.groupby(items, key=operator.itemgetter(0)):
            self.check_pass(n_samples)
            n_samples = 0
            for index, result in enumerate(self._generate_pass(before, generator, after, group)):
                yield epoch, index, result
                n_samples = index + 1

    def _create_processors(self) -> Tuple[SequenceProcessor, GeneratingDataProcessor, SequenceProcessor]:
        position = next(i for i, params in enumerate(self.params) if not is_mapping(params))
        generator = self.params[position].create(self.data_params, self.mode)
        assert isinstance(generator, GeneratingDataProcessor)
        before = create_sequence(self.params[:position], self.data_params, self.mode)
        return before, generator, create_sequence(self.params[position + 1 :], self.data_params, self.mode)

    def _generate_pass(
        self,
        before: SequenceProcessor,
        generator: GeneratingDataProcessor,
        after: SequenceProcessor,
        items: Iterator[Item],
    ) -> Iterator[Any]:
        first = next(items, None)
        if first is None:
            return
        items = itertools.chain([first], items)
        if not isinstance(first[2], list):
            pairs = ((index, content) for _, index, content in items)
            yield from self._generate(before, generator, after, pairs)  # type: ignore[arg-type]
            return
        for _, start, batch in items:
            processed = list(self._generate(before, generator, after, enumerate(batch, start)))  # type: ignore[arg-type]
            if processed:
                yield processed

    def _generate(
        self,
        before: SequenceProcessor,
        generator: GeneratingDataProcessor,
        after: SequenceProcessor,
        samples: Iterable[Tuple[int, Sample]],
    ) -> Iterator[Sample]:
        position = _Position()
        generated = iter(generator.generate(position.track(self._map(before, samples))))
        while True:
            try:
                sample = next(generated)
            except StopIteration:
                return
            except Exception as error:
                if error is position.source_error:
                    raise
                failure = TaskFailure(error, origin=type(generator).__name__)
                raise sample_error(failure, position.index, position.meta) from error
            if generator.is_valid_sample(sample):
                yield from (result for _, result in self._map(after, [(position.index, sample)]))

    def _map(self, sequence: SequenceProcessor, samples: Iterable[Tuple[int, Sample]]) -> Iterator[Tuple[int, Sample]]:
        if not sequence.processors:
            yield from samples
            return
        for index, sample in samples:
            outcome = process_sample(sequence, sample, remote=False)
            if isinstance(outcome, TaskFailure):
                self.context.errors.handle(outcome, index, sample.meta)
            elif outcome is not None:
                yield index, outcome
