# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One run through a pipeline, which knows at each batch where it is."""

import dataclasses
import itertools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from tfaip.data.pipeline.batching.collator import Batch, BatchCollator
from tfaip.data.pipeline.batching.forming import BatchFormer, KeyedSample, ShuffleBuffer
from tfaip.data.pipeline.chunkstarts import ChunkStarts
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import Sample, SampleKey
from tfaip.data.pipeline.position import Position, Start
from tfaip.data.pipeline.processor.pipeline import DataProcessorPipeline
from tfaip.data.pipeline.processor.sample.base import Item
from tfaip.data.pipeline.samplesource import SampleSource
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline

log = logger(__name__)

IndexedSamples = List[Tuple[int, Sample]]


class Run:
    """Reads the data generator and processes its samples.

    Args:
        pipeline: The pipeline.
        generator: The data generator.
        processors: The pre-processing.
        auto_repeat: Start again at the end of the data, for ever.
        size: Number of samples of a pass, None if it is not known before.
        position: Where to begin, None for the beginning of a pass.
    """

    def __init__(
        self,
        pipeline: "DataPipeline",
        generator: DataGenerator,
        processors: DataProcessorPipeline,
        auto_repeat: bool,
        size: Optional[int],
        position: Optional[Position] = None,
    ):
        self._generates = processors.generates
        self._params = pipeline.pipeline_params
        self._seed = pipeline.seed
        self._processors = processors
        self._size: Optional[float] = math.inf if auto_repeat else size
        self._has_chunks = processors.generates_by_chunks(generator.yields_batches())
        self._chunk_starts = ChunkStarts()
        self._start = Start(_fitting(position, self._generates, self._has_chunks))
        self.source = SampleSource(pipeline, generator, auto_repeat, self._start, not self._generates)
        self._next = self._start.position.key if self._start.position is not None else (0, 0)
        processors.context.seed = pipeline.seed
        processors.context.first_whole_pass = self._start.first_whole_pass
        processors.context.start = self._start
        processors.context.chunk_starts = None

    def contents(self) -> Iterator[Item]:
        """Yield passes, positions and processed samples, or batches if the generator yields such."""
        is_single_pass = self._size != math.inf and not self._start.earlier_passes
        return self._processors.run(
            self.source.items(), size=self._size, is_single_pass=is_single_pass, start=self._start
        )

    def given_batches(self) -> Iterator[Tuple[IndexedSamples, Position]]:
        """Yield the samples of the batches that the data generator forms, each with the position behind it."""
        self._note_chunks()
        for epoch, index, batch in self.contents():
            assert isinstance(batch, list)
            yield list(enumerate(batch, index)), self._position((epoch, self._behind(epoch, index)))

    def batches_of_workers(self, collator: BatchCollator) -> Optional[Iterator[Tuple[Batch, Position]]]:
        """Return the batches with the positions behind them; None if workers cannot make them.

        They can if the number of a sample tells its batch.
        """
        self._note_chunks()
        params, items = self._params, self.source.items()
        batches = self._processors.run_batches(
            items, self._size, collator, params.batch_size, params.batch_drop_remainder, self._start
        )
        return None if batches is None else ((batch, self._position((e, i + 1))) for batch, (e, i) in batches)

    def formed_batches(
        self, former: BatchFormer, shuffle: Optional[ShuffleBuffer]
    ) -> Iterator[Tuple[IndexedSamples, Position]]:
        """Yield the samples of batches, each with the position behind it.

        Args:
            former: Puts samples together.
            shuffle: Changes their order before.
        """
        self._note_chunks()
        for samples in self._batches_of_samples(former, shuffle):
            buffered = () if shuffle is None else tuple(shuffle.keys)
            position = self._position(self._next, buffered, former.keys)
            yield [(key[1], sample) for key, sample in samples], position

    def _batches_of_samples(self, former: BatchFormer, shuffle: Optional[ShuffleBuffer]) -> Iterator[List[KeyedSample]]:
        samples = self._keyed_samples()
        if self._start.position is not None:
            buffered, pending, samples = self._split(samples, self._start.position)
            if shuffle is not None:
                shuffle.restore(buffered, self._start.position.epoch)
            while pending:
                yield from former.push(pending.pop(0))
        for keyed in samples:
            self._next = keyed[0][0], keyed[0][1] + 1
            chosen = keyed if shuffle is None else shuffle.push(keyed)
            if chosen is not None:
                yield from former.push(chosen)
        while shuffle is not None and (chosen := shuffle.pop()) is not None:
            yield from former.push(chosen)
        yield from former.flush()

    def _keyed_samples(self) -> Iterator[KeyedSample]:
        for epoch, index, content in self.contents():
            assert isinstance(content, Sample)
            yield (epoch, index), content

    def _split(
        self, samples: Iterator[KeyedSample], position: Position
    ) -> Tuple[List[KeyedSample], List[KeyedSample], Iterator[KeyedSample]]:
        """Return the samples that waited in the shuffle buffer, those that waited for a full batch, and the others."""
        waiting: Dict[SampleKey, Sample] = {}
        for key, sample in samples:
            if not self._start.is_before(key):
                samples = itertools.chain([(key, sample)], samples)
                break
            waiting[key] = sample
        buffered, pending = (
            [(key, waiting[key]) for key in keys if key in waiting] for keys in (position.buffered, position.pending)
        )
        return buffered, pending, samples

    def _note_chunks(self) -> None:
        if self._has_chunks:
            self._processors.context.chunk_starts = self._chunk_starts

    def _behind(self, epoch: int, index: int) -> int:
        return index + 1 if self._generates else self.source.end_of((epoch, index))

    def _position(
        self, following: SampleKey, buffered: Tuple[SampleKey, ...] = (), pending: Tuple[SampleKey, ...] = ()
    ) -> Position:
        epoch, number = following
        if self._generates:
            position = Position(self._seed, epoch, generated=number, buffered=buffered, pending=pending)
            return self._chunk_starts.complete(position) if self._has_chunks else position
        return Position(self._seed, epoch, number, buffered=buffered, pending=pending)


def _fitting(position: Optional[Position], generates: bool, has_chunks: bool) -> Optional[Position]:
    """Return a position that the processors understand."""
    if position is None:
        return None
    if (position.generated is not None) == generates:
        return position if has_chunks else dataclasses.replace(position, chunks=())
    if position.key != (position.epoch, 0):
        log.warning("The processors have changed: the data go on at the beginning of pass %d.", position.epoch)
    return Position(position.seed, position.epoch, generated=0 if generates else None)
