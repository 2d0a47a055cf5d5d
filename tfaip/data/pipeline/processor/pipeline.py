# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A pipeline of processors: from samples to processed samples, without batches and without TensorFlow."""

import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import TYPE_CHECKING, List, Optional, Tuple, Union

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.pipeline.batching.collator import Batch, BatchCollator
from tfaip.data.pipeline.definitions import PipelineMode, Sample, SampleKey, SkippedSample
from tfaip.data.pipeline.errors import SampleErrorHandler
from tfaip.data.pipeline.position import Start
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.data.pipeline.processor.params import (
    ComposedProcessorPipelineParams,
    SequentialProcessorPipelineParams,
    is_mapping,
)
from tfaip.data.pipeline.processor.sample.base import (
    Item,
    SampleOrBatch,
    SampleProcessorPipelineBase,
    StageContext,
    StageSettings,
)
from tfaip.data.pipeline.processor.sample.collating import CollatingStage
from tfaip.data.pipeline.processor.sample.generating import GeneratingSampleProcessorPipeline
from tfaip.data.pipeline.processor.sample.mapping import MappingSampleProcessorPipeline
from tfaip.util.errors import UserValueError
from tfaip.util.multiprocessing.join import Joinable

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataBaseParams, DataPipelineParams

HANDFUL = 32  # a prediction of fewer samples starts no worker: it is done before the workers are there
_NEVER_REPLACE = 250  # the default of max_tasks_per_process: replacing workers is only done if it is asked for


class DataProcessorPipeline(Joinable):
    """Stages of processors that samples run through.

    Args:
        pipeline_list: The stages.
        mode: The mode of the pipeline.
        limit: Number of samples that :meth:`apply` reads, -1 for all.
        context: What the stages share.
    """

    def __init__(
        self,
        pipeline_list: Sequence[SampleProcessorPipelineBase],
        mode: PipelineMode,
        limit: int = -1,
        context: Optional[StageContext] = None,
    ):
        self.pipeline = list(pipeline_list)
        self.mode = mode
        self.limit = limit
        self.context = context or StageContext()

    @staticmethod
    def from_params(
        data_pipeline_params: "DataPipelineParams",
        composed_params: ComposedProcessorPipelineParams,
        data_params: "DataBaseParams",
        context: Optional[StageContext] = None,
    ) -> "DataProcessorPipeline":
        """Create the stages; processors that do not run in the pipeline's mode are left out.

        Args:
            data_pipeline_params: Gives mode, limit and number of processes.
            composed_params: The stages.
            data_params: Is handed to each processor.
            context: What the stages share.
        """
        mode = data_pipeline_params.mode
        context = context or StageContext(errors=SampleErrorHandler.of(data_pipeline_params))
        stages: List[SampleProcessorPipelineBase] = []
        for number, stage_params in enumerate(_merge_mapping_stages(composed_params, mode)):
            settings = _stage_settings(data_pipeline_params, stage_params)
            generating = [params for params in stage_params.processors if not is_mapping(params)]
            if len(generating) > 1:
                names = ", ".join(type(params).__name__ for params in generating)
                raise UserValueError(
                    "A stage of a processor pipeline holds more than one generating processor.",
                    expected="at most one generating processor in each of 'pipelines'",
                    got=names,
                )
            stage_cls = GeneratingSampleProcessorPipeline if generating else MappingSampleProcessorPipeline
            stages.append(stage_cls(stage_params.processors, data_params, mode, settings, context, number))
        return DataProcessorPipeline(stages, mode, data_pipeline_params.limit, context)

    @property
    def skipped_samples(self) -> List[SkippedSample]:
        """The samples that were left out because a processor failed on them."""
        return self.context.errors.skipped

    def apply(
        self, samples: Union[Iterable[SampleOrBatch], DataGeneratorParams], run_parallel: Optional[bool] = None
    ) -> Iterator[SampleOrBatch]:
        """Lazily process samples.

        Args:
            samples: Samples or lists of samples, or the parameters of a generator.
            run_parallel: Whether worker processes may be used. Default: as the parameters say.

        Returns:
            The processed samples in the order of the samples.

        Raises:
            SampleError: A processor failed; the error names the sample.
        """
        if isinstance(samples, DataGeneratorParams):
            generator = samples.create(self.mode)
            size: Optional[float] = len(generator)
            samples = generator.generate()
        else:
            size = len(samples) if isinstance(samples, Sized) else None
        items = enumerate_pass(0, samples, self.limit)
        return (content for _, _, content in self.run(items, run_parallel, size, is_single_pass=True))

    @property
    def generates(self) -> bool:
        """Whether a processor generates samples, so that their positions are not those in the data."""
        return any(isinstance(stage, GeneratingSampleProcessorPipeline) for stage in self.pipeline)

    def generates_by_chunks(self, of_batches: bool) -> bool:
        """Return whether one stage generates by chunks, which the batches are if the data come ``of_batches``."""
        generating = [stage for stage in self.pipeline if isinstance(stage, GeneratingSampleProcessorPipeline)]
        return len(generating) == 1 and (of_batches or generating[0].has_chunks)

    def run(
        self,
        items: Iterable[Item],
        run_parallel: Optional[bool] = None,
        size: Optional[float] = None,
        is_single_pass: bool = False,
        start: Optional[Start] = None,
    ) -> Iterator[Item]:
        """Lazily process samples that come with their positions.

        Args:
            items: Number of the pass, position, and sample or batch.
            run_parallel: See :meth:`apply`.
            size: Number of items if it is known. Few are processed here, starting workers would take longer; so are
                the first ones if it is not known.
            is_single_pass: Whether all items are of one pass over the data.
            start: Which of the samples that processors generate are needed. Default: all.
        """
        return self._run(self.pipeline, items, run_parallel, size, is_single_pass, start)

    def _run(
        self,
        stages: Sequence[SampleProcessorPipelineBase],
        items: Iterable[Item],
        run_parallel: Optional[bool],
        size: Optional[float],
        is_single_pass: bool,
        start: Optional[Start],
    ) -> Iterator[Item]:
        generating = [n for n, stage in enumerate(stages) if isinstance(stage, GeneratingSampleProcessorPipeline)]
        result = iter(items)
        for number, stage in enumerate(stages):
            parallel = self._runs_parallel(stage, run_parallel, size)
            result = stage.run(result, parallel, self._few(stage) if size is None else 0, is_single_pass)
            if start is not None and generating and number == generating[-1]:
                result = filter(start.wants_item, result)
        return result

    def run_batches(
        self,
        items: Iterable[Item],
        size: Optional[float],
        collator: BatchCollator,
        batch_size: int,
        drop_remainder: bool,
        start: Optional[Start] = None,
    ) -> Optional[Iterator[Tuple[Batch, SampleKey]]]:
        """Lazily process single samples that come with their positions, and make batches where the last stage runs.

        Args:
            items: Number of the pass, position, and sample.
            size: Number of items; if it is not known the first ones are processed here.
            collator: Makes a batch of samples.
            batch_size: Number of samples in a batch.
            drop_remainder: Leave out a last batch that is smaller.
            start: See :meth:`run`.

        Returns:
            The batches, each with pass and position of its last sample; None if the last stage does not run in worker
            processes, ``items`` are untouched then.
        """
        last = self.pipeline[-1] if self.pipeline else None
        if not isinstance(last, MappingSampleProcessorPipeline) or not self._runs_parallel(last, None, size):
            return None
        result = self._run(self.pipeline[:-1], items, None, size, size != math.inf, start)
        n_here = self._few(last) if size is None else 0
        return CollatingStage(last, collator, batch_size, drop_remainder, n_here).run(result)

    def _runs_parallel(
        self, stage: SampleProcessorPipelineBase, run_parallel: Optional[bool], size: Optional[float]
    ) -> bool:
        settings = stage.settings
        wanted = settings.run_parallel if run_parallel is None else run_parallel
        return wanted and settings.num_processes > 0 and (size is None or size >= self._few(stage))

    def _few(self, stage: SampleProcessorPipelineBase) -> int:
        """Return the number of samples below which workers are not started."""
        few = 2 * stage.settings.num_processes
        return max(few, HANDFUL) if self.mode == PipelineMode.PREDICTION else few

    def apply_on_sample(self, sample: Sample) -> Optional[Sample]:
        """Process one sample in this process.

        Returns:
            The sample, None if it was dropped. Of several samples that a generating processor makes the first.
        """
        for _, _, result in self.run([(0, 0, sample)], run_parallel=False, is_single_pass=True):
            assert isinstance(result, Sample)
            return result
        return None

    def join(self) -> None:
        """End the worker processes that wait for the next samples."""
        self.context.pools.close()


def enumerate_pass(epoch: int, samples: Iterable[SampleOrBatch], limit: int = -1, first: int = 0) -> Iterator[Item]:
    """Yield samples or batches with their positions, up to a number of samples; a batch is cut where it ends.

    Args:
        epoch: Number of the pass.
        samples: Samples or lists of samples.
        limit: Number of samples, -1 for all.
        first: Position of the first sample.
    """
    if 0 <= limit <= first:
        return
    index = first
    for content in samples:
        if not isinstance(content, list):
            yield epoch, index, content
            index += 1
        elif content:
            batch = content if limit < 0 else content[: limit - index]
            yield epoch, index, batch
            index += len(batch)
        if 0 < limit <= index:
            return


def _merge_mapping_stages(
    composed_params: ComposedProcessorPipelineParams, mode: PipelineMode
) -> List[SequentialProcessorPipelineParams]:
    """Return the stages with the processors of this mode only; neighbours that can run together become one."""
    stages: List[SequentialProcessorPipelineParams] = []
    for stage in composed_params.pipelines:
        processors: List[DataProcessorParams] = [params for params in stage.processors if params.applies_to(mode)]
        if not processors:
            continue
        stage = dataclasses.replace(stage, processors=processors)
        if stages and _can_run_together(stages[-1], stage):
            stages[-1].processors += processors
        else:
            stages.append(stage)
    return stages


def _can_run_together(first: SequentialProcessorPipelineParams, second: SequentialProcessorPipelineParams) -> bool:
    same = all(
        getattr(first, name) == getattr(second, name)
        for name in ("run_parallel", "num_threads", "max_tasks_per_process")
    )
    return same and all(map(is_mapping, itertools.chain(first.processors, second.processors)))


def _stage_settings(
    pipeline_params: "DataPipelineParams", stage_params: SequentialProcessorPipelineParams
) -> StageSettings:
    num_processes = stage_params.num_threads if stage_params.num_threads >= 0 else pipeline_params.num_processes
    parallel = stage_params.run_parallel and num_processes > 0
    max_tasks = stage_params.max_tasks_per_process
    return StageSettings(
        run_parallel=parallel,
        num_processes=num_processes,
        max_tasks_per_process=max_tasks if max_tasks > 0 and max_tasks != _NEVER_REPLACE else None,
        max_growth=_mebibytes(pipeline_params.max_worker_growth),
        # the other half is for the batches that are ready
        max_bytes=_mebibytes(pipeline_params.max_buffer / 2),
        retries=pipeline_params.sample_retries,
    )


def _mebibytes(number: float) -> Optional[int]:
    return int(number * (1 << 20)) if number > 0 else None
