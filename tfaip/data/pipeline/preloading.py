# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processing samples once and keeping them in memory."""

import contextlib
import copy
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Iterable, List, Optional, Sequence, Tuple

from tfaip.data.pipeline.datagenerator import DataGenerator, seeded_pass
from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.inmemory import Arrangement
from tfaip.data.pipeline.mixing import MixingDataGenerator
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorBase, DataProcessorParams, MappingDataProcessor
from tfaip.data.pipeline.processor.params import DataProcessorPipelineParams, SequentialProcessorPipelineParams
from tfaip.data.pipeline.processor.pipeline import enumerate_pass
from tfaip.data.pipeline.processor.sample.base import SampleOrBatch
from tfaip.util.errors import UserTypeError

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline

Contents = Iterable[SampleOrBatch]


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


def preload(
    pipeline: "DataPipeline", processors: Sequence[DataProcessorBase], progress_bar: bool
) -> Tuple[List[Sample], Optional[Arrangement]]:
    """Return all samples of the generator after the processors, and how they belong together.

    Neighbouring mapping processors that do not override ``preload`` run as one stream, in workers if the pipeline is
    parallel: no list of half processed samples is held.

    Args:
        pipeline: The pipeline.
        processors: The processors.
        progress_bar: Show the progress.
    """
    generator = pipeline.create_data_generator()
    ratios = generator.ratios() if isinstance(generator, MixingDataGenerator) else None
    samples: List[Sample] = []
    sizes: List[int] = []
    with contextlib.closing(_Progress(len(generator), progress_bar)) as progress:
        for size, source in _sources(pipeline, generator):
            before = len(samples)
            for content in _process(pipeline, processors, progress.count(source), size, progress_bar):
                samples += content if isinstance(content, list) else [content]
                if isinstance(content, list):
                    sizes.append(len(content))
            if ratios is not None:
                sizes.append(len(samples) - before)
    if ratios is None and not generator.yields_batches():
        return samples, None
    return samples, Arrangement(samples, sizes, ratios)


def _sources(pipeline: "DataPipeline", generator: DataGenerator) -> List[Tuple[int, Contents]]:
    """Return what to process one after the other, each with its number of samples."""
    if isinstance(generator, MixingDataGenerator):
        # Mixed they would come several times, others never, and without end.
        return [(len(part), map(generator.make_sample, part)) for part in generator.parts()]
    return [(len(generator), seeded_pass(generator, pipeline.seed, 0))]


def _process(
    pipeline: "DataPipeline",
    processors: Sequence[DataProcessorBase],
    contents: Contents,
    size: int,
    progress_bar: bool,
) -> Contents:
    for streams, group in itertools.groupby(processors, _can_stream):
        if streams:
            contents = _stream(pipeline, [processor.params for processor in group], contents, size)
            continue
        for processor in group:
            contents = _preload_by(processor, pipeline, list(contents), progress_bar)
    return contents


def _preload_by(
    processor: DataProcessorBase, pipeline: "DataPipeline", contents: List[SampleOrBatch], progress_bar: bool
) -> Contents:
    """Process samples, or batches one by one, by the ``preload`` of a processor."""
    num_processes = pipeline.pipeline_params.num_processes if pipeline._input_processors.run_parallel else 1

    def preload_samples(samples: Any, progress_bar: bool) -> List[Sample]:
        return processor.preload(
            samples, num_processes=max(1, num_processes), drop_invalid=True, progress_bar=progress_bar
        )

    if not contents or not isinstance(contents[0], list):
        return preload_samples(contents, progress_bar)
    batches = (preload_samples(batch, False) for batch in contents)
    return [batch for batch in batches if batch]


class _Progress:
    """A progress bar over the samples of several sources."""

    def __init__(self, total: int, is_shown: bool):
        self._bar: Any = None
        if is_shown:
            # imported late: most pipelines show no bar
            from tqdm import tqdm

            self._bar = tqdm(total=total, desc="Loading samples", unit=" samples")

    def count(self, contents: Contents) -> Iterator[SampleOrBatch]:
        for content in contents:
            yield content
            if self._bar is not None:
                self._bar.update(len(content) if isinstance(content, list) else 1)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def _can_stream(processor: DataProcessorBase) -> bool:
    return isinstance(processor, MappingDataProcessor) and type(processor).preload is DataProcessorBase.preload


def _stream(
    pipeline: "DataPipeline", params: List[DataProcessorParams], contents: Contents, size: int
) -> Iterator[SampleOrBatch]:
    settings = pipeline._input_processors
    stage = SequentialProcessorPipelineParams(
        settings.run_parallel, settings.num_threads, settings.max_tasks_per_process, processors=params
    )
    processors = pipeline._create_processors(stage)
    return (content for _, _, content in processors.run(enumerate_pass(0, contents), size=size))
