# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The pipeline of one mode: generator, pre-processing, batches, and the post-processing behind the model."""

import copy
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, ContextManager, Generic, List, Optional, Tuple, TypeVar

import tensorflow as tf

from tfaip.data.databaseparams import DataBaseParams, DataGeneratorParams, DataPipelineParams
from tfaip.data.pipeline.batching.collator import Batch
from tfaip.data.pipeline.batching.stream import BatchStream
from tfaip.data.pipeline.datagenerator import DataGenerator, RawDataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample, SkippedSample
from tfaip.data.pipeline.errors import SampleErrorHandler
from tfaip.data.pipeline.inmemory import Arrangement
from tfaip.data.pipeline.position import Position
from tfaip.data.pipeline.preloading import preload, split_preloadable, without_preloaded
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorBase, DataProcessorParams
from tfaip.data.pipeline.processor.params import DataProcessorPipelineParams
from tfaip.data.pipeline.processor.pipeline import DataProcessorPipeline
from tfaip.data.pipeline.processor.sample.base import StageContext
from tfaip.data.pipeline.runningdatapipeline import InputSamplesGenerator, OutputSamplesGenerator
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.data.pipeline.timing.times import PipelineTimes
from tfaip.util.multiprocessing.join import JoinableHolder

if TYPE_CHECKING:
    from tfaip.data.data import DataBase

__all__ = ["DataGenerator", "DataPipeline", "RawDataPipeline"]

TData = TypeVar("TData", bound="DataBase")


class DataPipeline(Generic[TData], JoinableHolder):
    """A pipeline from a data generator to batches.

    Args:
        pipeline_params: Batches and workers.
        data_base: The data class that announces the layers.
        generator_params: Where the samples come from.
        input_processors: The pre-processing. Default: that of the data's parameters.
        output_processors: The post-processing. Default: that of the data's parameters.

    Attributes:
        seed: Base of all random choices of the pipeline.
        epoch: Number of the current pass over the training data, 0 in other modes.
        times: What the runs through the pre-processing take.
    """

    def __init__(
        self,
        pipeline_params: DataPipelineParams,
        data_base: TData,
        generator_params: DataGeneratorParams,
        input_processors: Optional[DataProcessorPipelineParams] = None,
        output_processors: Optional[DataProcessorPipelineParams] = None,
    ):
        super().__init__()
        self.pipeline_params = pipeline_params
        self.generator_params = generator_params
        self.data: TData = data_base
        self.data_params: DataBaseParams = data_base.params
        self.mode: PipelineMode = pipeline_params.mode
        self.seed = data_base.pipeline_seed
        self.epoch = 0
        self.times = PipelineTimes()
        self._next_epoch = 0
        self._start: Optional[Position] = None
        self._input_processors = input_processors or self.data_params.pre_proc
        self._output_processors = output_processors or self.data_params.post_proc
        self._errors = SampleErrorHandler.of(pipeline_params)
        self._pending_error: Optional[BaseException] = None
        self._pending_lock = threading.Lock()

    @property
    def auto_batch(self) -> bool:
        """Whether the generator forms the batches itself."""
        return self.create_data_generator().yields_batches()

    @property
    def fixed_batch_size(self) -> Optional[int]:
        """The number of samples in each batch, None if batches differ."""
        return self.generate_input_samples().fixed_batch_size

    @property
    def skipped_samples(self) -> List[SkippedSample]:
        """The samples that were left out because a processor failed on them (``sample_errors`` is SKIP)."""
        return self._errors.skipped

    @property
    def errors(self) -> SampleErrorHandler:
        """What to do with broken samples."""
        return self._errors

    def to_mode(self, mode: PipelineMode) -> "DataPipeline":
        """Return the same pipeline for another mode."""
        pipeline_params = copy.copy(self.pipeline_params)
        pipeline_params.mode = mode
        pipeline = self._with_params(pipeline_params)
        pipeline.seed = self.seed
        return pipeline

    def _with_params(self, pipeline_params: DataPipelineParams) -> "DataPipeline":
        return type(self)(
            pipeline_params=pipeline_params,
            data_base=self.data,
            generator_params=self.generator_params,
            input_processors=self._input_processors,
            output_processors=self._output_processors,
        )

    def next_epoch(self) -> int:
        """Begin a pass over the training data and return its number."""
        self.epoch, self._next_epoch = self._next_epoch, self._next_epoch + 1
        return self.epoch

    def start_at(self, position: Position) -> None:
        """Let the next run through the pipeline begin in the middle; those after it begin with whole passes as ever.

        Args:
            position: Where, as :meth:`InputSamplesGenerator.positioned_batches` tells. The number of worker processes
                may be another one.
        """
        self.seed = position.seed
        self._start = position
        self._next_epoch = position.epoch

    def next_start(self) -> Position:
        """Return where the next run begins."""
        return self._start or Position(self.seed, self._next_epoch)

    def take_start(self) -> Optional[Position]:
        """Return where a run begins that begins now, None for the beginning of a pass."""
        position, self._start = self._start, None
        return position

    # Parts, to be overridden

    def create_data_generator(self) -> DataGenerator:
        """Create the generator of the samples."""
        return self.generator_params.create(self.mode)

    def _create_tf_dataset_generator(self) -> TFDatasetGenerator:
        return TFDatasetGenerator(self)

    def create_input_pipeline(self) -> DataProcessorPipeline:
        """Create the pre-processing."""
        return self._create_processors(self._input_processors, self.times)

    def create_output_pipeline(self) -> DataProcessorPipeline:
        """Create the post-processing."""
        return self._create_processors(self._output_processors)

    def _create_processors(
        self, params: DataProcessorPipelineParams, times: Optional[PipelineTimes] = None
    ) -> DataProcessorPipeline:
        context = StageContext(self.data.worker_pools, self._errors, self.seed, times=times or PipelineTimes())
        return DataProcessorPipeline.from_params(self.pipeline_params, params.as_composed(), self.data_params, context)

    def flat_input_processors(
        self, preload: bool = False, non_preloadable_params: Optional[List[DataProcessorParams]] = None
    ) -> List[DataProcessorBase]:
        """Return the processors of the pre-processing.

        Args:
            preload: Stop at the first processor that does not support preloading.
            non_preloadable_params: Gets the parameters of the processors that were left out.
        """
        applicable = [p for p in self._input_processors.flatten_processors() if p.applies_to(self.mode)]
        processors = [params.create(self.data_params, self.mode) for params in applicable]
        if not preload:
            return processors
        preloadable, rest = split_preloadable(processors)
        if non_preloadable_params is not None:
            non_preloadable_params += [processor.params for processor in rest]
        return preloadable

    # Samples and batches

    def generate_input_samples(self, auto_repeat: Optional[bool] = None) -> InputSamplesGenerator:
        """Return the samples after the pre-processing.

        Args:
            auto_repeat: Start again at the end of the data, for ever. None means False.

        Returns:
            A context manager whose value is an iterator with a length.
        """
        return InputSamplesGenerator(self, bool(auto_repeat))

    def generate_input_batches(self, auto_repeat: Optional[bool] = None) -> ContextManager[Iterator[Batch]]:
        """Return the batches as numpy arrays: ``(inputs, targets, meta)``, or what of it belongs to the mode.

        Args:
            auto_repeat: See :meth:`generate_input_samples`.

        Returns:
            A context manager whose value is an iterator.
        """
        dataset_generator = self._create_tf_dataset_generator()
        samples = self.generate_input_samples(auto_repeat)
        if not dataset_generator.is_custom():
            return closing(samples.batches())
        return self._dataset_batches(samples.as_dataset(dataset_generator))

    @contextmanager
    def _dataset_batches(self, dataset: Optional[tf.data.Dataset]) -> Iterator[Iterator[Batch]]:
        def batches() -> Iterator[Batch]:
            try:
                yield from dataset.as_numpy_iterator() if dataset is not None else ()
            except tf.errors.OpError:
                self.raise_pending_error()
                raise

        with closing(batches()) as iterator:  # type: ignore[type-var]
            yield iterator

    def input_stream(
        self,
        auto_repeat: Optional[bool] = None,
        parts: Optional[Sequence[str]] = None,
        in_this_thread: bool = False,
    ) -> Optional[BatchStream]:
        """Return the batches of :meth:`generate_input_batches`, prepared ahead by a thread; without ``tf.data``.

        Args:
            auto_repeat: See :meth:`generate_input_samples`.
            parts: The parts that a batch shall consist of, of those that belong to the mode. Default: all.
            in_this_thread: Prepare nothing ahead: what runs in this process runs in the thread that reads, so that
                debuggers stop there.

        Returns:
            The stream, to be closed by the caller. None if batches have to come from :meth:`input_dataset`, because
            somebody overrode how they get into TensorFlow, or if there are no data.
        """
        cls = type(self)
        has_own_dataset = any(
            getattr(cls, name) is not getattr(DataPipeline, name)
            for name in ("input_dataset", "input_dataset_with_len", "generate_input_batches")
        )
        if has_own_dataset or self._create_tf_dataset_generator().is_custom():
            return None
        samples = self.generate_input_samples(auto_repeat)
        return samples.stream(parts, in_this_thread) if samples.size != 0 else None

    def process_output(self, samples: Iterable[Sample]) -> OutputSamplesGenerator:
        """Return the samples after the post-processing.

        Args:
            samples: Samples with outputs.

        Returns:
            A context manager whose value is an iterator.
        """
        return OutputSamplesGenerator(samples, self)

    def process_indexed_output(self, samples: Iterable[Tuple[Optional[int], Sample]]) -> OutputSamplesGenerator:
        """Do the same as :meth:`process_output` with samples that come with their positions in the data.

        Args:
            samples: Positions, None where one is not known, and samples with outputs.
        """
        if type(self).process_output is not DataPipeline.process_output:
            return self.process_output(sample for _, sample in samples)
        return OutputSamplesGenerator(samples, self, indexed=True)

    def input_dataset(self, auto_repeat: Optional[bool] = None) -> Optional[tf.data.Dataset]:
        """Return the batches as a dataset, None if there are no data; see :meth:`generate_input_batches`."""
        return self.input_dataset_with_len(auto_repeat)[0]

    def input_dataset_with_len(self, auto_repeat: Optional[bool] = None) -> Tuple[Optional[tf.data.Dataset], int]:
        """Return the dataset of :meth:`input_dataset` and the number of samples of one pass.

        Raises:
            TypeError: The generator does not know the number.
        """
        samples = self.generate_input_samples(auto_repeat)
        return samples.as_dataset(self._create_tf_dataset_generator()), len(samples)

    # Preloading

    def as_preloaded(self, progress_bar: bool = True) -> "RawDataPipeline":
        """Return a pipeline whose samples are in memory, processed as far as this is the same in each pass.

        Args:
            progress_bar: Show the progress.

        Raises:
            TypeError: The pre-processing is not sequential.
        """
        rest: List[DataProcessorParams] = []
        processors = self.flat_input_processors(True, rest)
        remaining = without_preloaded(self._input_processors, rest)
        samples, arrangement = preload(self, processors, progress_bar)
        pipeline = RawDataPipeline(
            samples,
            self.pipeline_params,
            self.data,
            self.generator_params,
            remaining,
            self._output_processors,
        )
        pipeline.seed = self.seed
        pipeline.arrangement = arrangement
        return pipeline

    def preload_input_samples(
        self, progress_bar: bool = True, non_preloadable_params: Optional[List[DataProcessorParams]] = None
    ) -> List[Sample]:
        """Return all samples, whatever the limit, after the processors that support preloading.

        Args:
            progress_bar: Show the progress.
            non_preloadable_params: Gets the parameters of the processors that remain to be applied.
        """
        processors = self.flat_input_processors(True, non_preloadable_params)
        return preload(self, processors, progress_bar)[0]

    # Errors and end

    def set_pending_error(self, error: Optional[BaseException]) -> None:
        """Remember an exception that TensorFlow passes on as a text only; None forgets it."""
        with self._pending_lock:
            self._pending_error = error

    def raise_pending_error(self) -> None:
        """Raise the exception that ended the dataset, if any; to be called after a ``tf.errors.OpError``."""
        with self._pending_lock:
            error, self._pending_error = self._pending_error, None
        if error is not None:
            raise error

    def join(self) -> None:
        """End the worker processes that wait for this pipeline or others of the same data."""
        self.data.worker_pools.close()
        super().join()


class RawDataPipeline(DataPipeline[TData]):
    """A pipeline whose samples are in memory.

    Args:
        samples: The samples; in training they are read in a new random order in each pass.
        pipeline_params: See :class:`DataPipeline`, like the others.

    Attributes:
        samples: The samples, may be exchanged.
        arrangement: How the samples are mixed or form batches, None if each comes for itself, once in a pass.
    """

    def __init__(
        self,
        samples: List[Sample],
        pipeline_params: DataPipelineParams,
        data_base: TData,
        generator_params: DataGeneratorParams,
        input_processors: Optional[DataProcessorPipelineParams] = None,
        output_processors: Optional[DataProcessorPipelineParams] = None,
    ):
        super().__init__(pipeline_params, data_base, generator_params, input_processors, output_processors)
        self.samples = samples
        self.arrangement: Optional[Arrangement] = None

    def create_data_generator(self) -> DataGenerator:
        """Create a generator over the samples in memory."""
        if self.arrangement is not None:
            return self.arrangement.create_generator(self.samples, self.mode, self.generator_params)
        return RawDataGenerator(self.samples, self.mode, self.generator_params)

    def _with_params(self, pipeline_params: DataPipelineParams) -> DataPipeline:
        pipeline: RawDataPipeline = RawDataPipeline(
            self.samples,
            pipeline_params,
            self.data,
            self.generator_params,
            self._input_processors,
            self._output_processors,
        )
        pipeline.arrangement = self.arrangement
        return pipeline
