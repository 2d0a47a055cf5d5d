# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processing samples once and keeping them in memory."""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Iterable, List, Sequence, Tuple

from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorBase, MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.util.multiprocessing.parallelmap import tqdm_wrapper

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline


def split_preloadable(
    processors: Sequence[DataProcessorBase],
) -> Tuple[List[DataProcessorBase], List[DataProcessorBase]]:
    """Return the processors up to the first one that does not support preloading, and the rest."""
    preloadable = list(itertools.takewhile(lambda processor: processor.supports_preload(), processors))
    return preloadable, list(processors[len(preloadable) :])


def preload_samples(
    pipeline: "DataPipeline", processors: Sequence[DataProcessorBase], progress_bar: bool
) -> List[Sample]:
    """Return all samples of the generator after the processors.

    Neighbouring mapping processors that do not override ``preload`` run as one stream, in workers if the pipeline is
    parallel: no list of half processed samples is held.

    Args:
        pipeline: The pipeline.
        processors: The processors.
        progress_bar: Show the progress.
    """
    generator = pipeline.create_data_generator()
    samples: Iterable[Sample] = tqdm_wrapper(
        _flat(generator.generate()), progress_bar=progress_bar, total=len(generator), desc="Loading samples"
    )
    num_processes = pipeline.pipeline_params.num_processes if pipeline._input_processors.run_parallel else 1
    for streams, group in itertools.groupby(processors, _can_stream):
        if streams:
            samples = _stream(pipeline, [processor.params for processor in group], samples)
            continue
        for processor in group:
            samples = processor.preload(
                list(samples), num_processes=max(1, num_processes), drop_invalid=True, progress_bar=progress_bar
            )
    return list(samples)


def _can_stream(processor: DataProcessorBase) -> bool:
    return isinstance(processor, MappingDataProcessor) and type(processor).preload is DataProcessorBase.preload


def _stream(pipeline: "DataPipeline", params: list, samples: Iterable[Sample]) -> Iterator[Sample]:
    settings = pipeline._input_processors
    stage = SequentialProcessorPipelineParams(
        settings.run_parallel, settings.num_threads, settings.max_tasks_per_process, processors=params
    )
    processors = pipeline._create_processors(stage)
    items = ((0, index, sample) for index, sample in enumerate(samples))
    return (content for _, _, content in processors.run(items) if isinstance(content, Sample))


def _flat(contents: Iterable) -> Iterator[Sample]:
    for content in contents:
        yield from content if isinstance(content, list) else [content]
