# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processing samples once and keeping them in memory."""

import contextlib
import copy
import itertools
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from tqdm import tqdm

from tfaip.data.pipeline.datagenerator import seeded_pass
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.mixing import MixedSamplesGenerator, MixingDataGenerator
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorBase, DataProcessorParams, MappingDataProcessor
from tfaip.data.pipeline.processor.params import DataProcessorPipelineParams, SequentialProcessorPipelineParams
from tfaip.util.errors import UserTypeError

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataGeneratorParams
    from tfaip.data.pipeline.datapipeline import DataPipeline

logger = logging.getLogger(__name__)


def split_preloadable(
    processors: Sequence[DataProcessorBase],
) -> Tuple[List[DataProcessorBase], List[DataProcessorBase]]:
    """Return the processors up to the first one that does not support preloading, and the rest."""
    preloadable = list(itertools.takewhile(lambda processor: processor.supports_preload(), processors))
    return preloadable, list(processors[len(preloadable) :])


def without_preloaded(
    processors: DataProcessorPipelineParams, rest: List[DataProcessorParams]
) -> SequentialProcessorPipelineParams:
    """Return the processing that is left to do.

    Args:
        processors: The whole processing.
        rest: The processors that are left.

    Raises:
        TypeError: The processing is not sequential.
    """
    if not isinstance(processors, SequentialProcessorPipelineParams):
        raise UserTypeError(
            "Only data with a sequential pre-processing can be preloaded.",
            where="pre_proc",
            expected="SequentialProcessorPipelineParams",
            got=type(processors).__name__,
        )
    remaining = copy.copy(processors)
    remaining.processors = rest
    return remaining


class Preloaded(NamedTuple):
    """Samples in memory.

    Attributes:
        samples: All of them, each once.
        parts: The numbers of the samples of each part that the generator mixes in training.
        ratios: How the parts are mixed, None if the generator does not mix.
    """

    samples: List[Sample]
    parts: List[int]
    ratios: Optional[List[float]]


class MixedInMemory:
    """Knows which part each sample in memory belongs to, also when some of them are taken out.

    Args:
        samples: The samples, part by part.
        sizes: The number of samples of each part.
        ratios: How the parts are mixed in training.
    """

    def __init__(self, samples: Sequence[Sample], sizes: Sequence[int], ratios: Sequence[float]):
        self._ratios = ratios
        numbers = itertools.chain.from_iterable(itertools.repeat(number, size) for number, size in enumerate(sizes))
        self._part_of = {id(sample): number for number, sample in zip(numbers, samples, strict=True)}

    @staticmethod
    def of(preloaded: Preloaded) -> "Optional[MixedInMemory]":
        """Return how preloaded samples are mixed, None if they are not."""
        if preloaded.ratios is None:
            return None
        return MixedInMemory(preloaded.samples, preloaded.parts, preloaded.ratios)

    def create_generator(
        self, samples: Sequence[Sample], mode: PipelineMode, params: "DataGeneratorParams"
    ) -> MixedSamplesGenerator:
        """Create the generator of samples, all those of the beginning or some of them; others join the first part."""
        parts: List[List[Sample]] = [[] for _ in self._ratios]
        for sample in samples:
            parts[self._part_of.get(id(sample), 0)].append(sample)
        return MixedSamplesGenerator(parts, self._ratios, mode, params)


def preload(pipeline: "DataPipeline", processors: Sequence[DataProcessorBase], progress_bar: bool) -> Preloaded:
    """Return all samples of the generator after the processors.

    Neighbouring mapping processors that do not override ``preload`` run as one stream, in workers if the pipeline is
    parallel: no list of half processed samples is held.

    Args:
        pipeline: The pipeline.
        processors: The processors.
        progress_bar: Show the progress.
    """
    generator = pipeline.create_data_generator()
    sources: List[Tuple[int, Iterable[Sample]]]
    if isinstance(generator, MixingDataGenerator):
        # Mixed they would come several times, others never, and without end.
        sources = [(len(part), map(generator.make_sample, part)) for part in generator.parts()]
    else:
        if generator.yields_batches():
            logger.warning("%s forms batches; of samples in memory batch_size ones form one.", type(generator).__name__)
        sources = [(len(generator), _flat(seeded_pass(generator, pipeline.seed, 0)))]
    preloaded = Preloaded([], [], None)
    with contextlib.closing(_Progress(len(generator), progress_bar)) as progress:
        for size, source in sources:
            before = len(preloaded.samples)
            preloaded.samples.extend(_process(pipeline, processors, progress.count(source), size, progress_bar))
            preloaded.parts.append(len(preloaded.samples) - before)
    ratios = list(generator.ratios()) if isinstance(generator, MixingDataGenerator) else None
    return preloaded._replace(ratios=ratios)


def _process(
    pipeline: "DataPipeline",
    processors: Sequence[DataProcessorBase],
    samples: Iterable[Sample],
    size: int,
    progress_bar: bool,
) -> Iterable[Sample]:
    num_processes = pipeline.pipeline_params.num_processes if pipeline._input_processors.run_parallel else 1
    for streams, group in itertools.groupby(processors, _can_stream):
        if streams:
            samples = _stream(pipeline, [processor.params for processor in group], samples, size)
            continue
        for processor in group:
            samples = processor.preload(
                list(samples), num_processes=max(1, num_processes), drop_invalid=True, progress_bar=progress_bar
            )
            size = len(samples)
    return samples


class _Progress:
    """A progress bar over the samples of several sources."""

    def __init__(self, total: int, is_shown: bool):
        self._bar = tqdm(total=total, desc="Loading samples", unit=" samples") if is_shown else None

    def count(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        for sample in samples:
            yield sample
            if self._bar is not None:
                self._bar.update()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _can_stream(processor: DataProcessorBase) -> bool:
    return isinstance(processor, MappingDataProcessor) and type(processor).preload is DataProcessorBase.preload


def _stream(
    pipeline: "DataPipeline", params: List[DataProcessorParams], samples: Iterable[Sample], size: int
) -> Iterator[Sample]:
    settings = pipeline._input_processors
    stage = SequentialProcessorPipelineParams(
        settings.run_parallel, settings.num_threads, settings.max_tasks_per_process, processors=params
    )
    processors = pipeline._create_processors(stage)
    items = ((0, index, sample) for index, sample in enumerate(samples))
    return (content for _, _, content in processors.run(items, size=size) if isinstance(content, Sample))


def _flat(contents: Iterable) -> Iterator[Sample]:
    for content in contents:
        yield from content if isinstance(content, list) else [content]
