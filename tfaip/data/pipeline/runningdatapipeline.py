# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A pipeline while it runs: samples and batches before the model. What is behind it is exported from here, too."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple, Type

import tensorflow as tf

from tfaip.data.pipeline.batching.batcher import Buckets, IndexedSample
from tfaip.data.pipeline.batching.collator import Batch, BatchCollator, collate_fitting, parts_of_mode
from tfaip.data.pipeline.batching.forming import BatchFormer, ShuffleBuffer
from tfaip.data.pipeline.batching.stream import BatchStream
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.datasets import dataset_of_python_batches, dataset_of_tensorflow_batches
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR, Sample
from tfaip.data.pipeline.errors import SampleError
from tfaip.data.pipeline.outputsamples import OutputSamplesGenerator
from tfaip.data.pipeline.position import Position
from tfaip.data.pipeline.run import Run
from tfaip.data.pipeline.seeding import sample_seed
from tfaip.data.pipeline.specs import to_array_spec
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.util.multiprocessing.failure import TaskFailure

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline

__all__ = ["InputSamplesGenerator", "OutputSamplesGenerator", "compute_limit"]


def compute_limit(limit: int, batch_size: int) -> int:
    """Return in how many batches ``limit`` samples fit; a negative limit (all) is returned as it is."""
    assert limit != 0, "A limit of 0 samples leaves no batch."
    return limit if limit < 0 else -(-limit // batch_size)


class InputSamplesGenerator:
    """The samples of a pipeline after the pre-processing; a context manager that is its own iterator.

    Args:
        data_pipeline: The pipeline.
        auto_repeat: Start again at the end of the data, for ever.
    """

    def __init__(self, data_pipeline: "DataPipeline", auto_repeat: bool = False):
        self.data_pipeline = data_pipeline
        self.pipeline_params = data_pipeline.pipeline_params
        self.mode = data_pipeline.mode
        self.auto_repeat = auto_repeat
        self.data_generator: DataGenerator = data_pipeline.create_data_generator()
        self._processors = data_pipeline.create_input_pipeline()
        self._running: Optional[Generator[Sample, None, None]] = None

    def __len__(self) -> int:
        """Return the number of samples that one pass reads from the generator.

        Raises:
            TypeError: The generator does not know it.
        """
        limit, size = self.pipeline_params.limit, len(self.data_generator)
        return size if limit < 0 else min(limit, size)

    @property
    def size(self) -> Optional[int]:
        """The number of samples that one pass reads from the generator, None if it is not known before."""
        return len(self) if self.data_generator.knows_length() else None

    def __enter__(self) -> "InputSamplesGenerator":
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Sample]:
        return self

    def __next__(self) -> Sample:
        if self._running is None:
            self._running = (sample for _, sample in self.indexed_samples())
        return next(self._running)

    def close(self) -> None:
        """Stop; what is still under way is dropped."""
        if self._running is not None:
            self._running.close()
            self._running = None

    @property
    def yields_batches(self) -> bool:
        """Whether the generator forms the batches itself."""
        return self.data_generator.yields_batches()

    @property
    def fixed_batch_size(self) -> Optional[int]:
        """The number of samples in each batch, None if batches differ."""
        params = self.pipeline_params
        is_fixed = params.batch_drop_remainder and self.buckets() is None and not self.yields_batches
        return params.batch_size if is_fixed else None

    @property
    def sorts_by_length(self) -> bool:
        """Whether only samples of similar lengths get into a batch, so that batches change the order of the data."""
        shuffles = self.pipeline_params.shuffle_buffer_size > 1  # which leaves no order to be kept
        return self.buckets() is not None and not shuffles and not self.yields_batches

    @property
    def has_inputs(self) -> bool:
        """Whether the samples have inputs in this mode."""
        return self.mode in INPUT_PROCESSOR

    # Samples

    def indexed_samples(self) -> Generator[IndexedSample, None, None]:
        """Return the processed samples with their positions."""
        return self.data_pipeline.times.of_run(self._indexed_samples(), lambda sample: 1)

    def _indexed_samples(self) -> Generator[IndexedSample, None, None]:
        for _, index, content in self._begin().contents():
            if isinstance(content, list):
                yield from enumerate(content, index)
            else:
                yield index, content

    def _begin(self) -> Run:
        pipeline = self.data_pipeline
        return Run(pipeline, self.data_generator, self._processors, self.auto_repeat, self.size, pipeline.take_start())

    # Batches

    def batches(self, collator: Optional[BatchCollator] = None) -> Generator[Batch, None, None]:
        """Yield batches of padded numpy arrays: ``(inputs, targets, meta)``, or what of it belongs to the mode.

        Args:
            collator: Makes a batch of samples. Default: :meth:`collator`.
        """
        with closing(self.positioned_batches(collator)) as batches:
            for batch, _ in batches:
                yield batch

    def positioned_batches(
        self, collator: Optional[BatchCollator] = None, max_wait: Optional[int] = None
    ) -> Generator[Tuple[Batch, Position], None, None]:
        """Return the batches of :meth:`batches`, each with the position behind it.

        ``start_at`` of the pipeline lets a later run begin there: it yields the batches that follow here.

        Args:
            collator: See :meth:`batches`.
            max_wait: The number of samples after which a batch of similar lengths goes out though it is not full.
        """
        return self.data_pipeline.times.of_run(self._positioned_batches(collator, max_wait), _n_samples)

    def _positioned_batches(
        self, collator: Optional[BatchCollator], max_wait: Optional[int]
    ) -> Generator[Tuple[Batch, Position], None, None]:
        collator = collator or self.collator()
        run = self._begin()
        params = self.pipeline_params
        if self.yields_batches:
            for samples, position in run.given_batches():
                yield from self._collated(collator, samples, position)
            return
        shuffles, buckets = params.shuffle_buffer_size > 1, self.buckets()
        if not shuffles and buckets is None:
            batches = run.batches_of_workers(collator)
            if batches is not None:
                yield from batches
                return
        length_fn = None if buckets is None else _as_int(self.data_pipeline.data.element_length_fn())
        buckets = buckets or Buckets([], [params.batch_size])
        former = BatchFormer(buckets, length_fn, params.batch_drop_remainder, max_wait)
        shuffle = ShuffleBuffer(params.shuffle_buffer_size, self.data_pipeline.seed) if shuffles else None
        for samples, position in run.formed_batches(former, shuffle):
            yield from self._collated(collator, samples, position)

    def _collated(
        self, collator: BatchCollator, samples: Sequence[IndexedSample], position: Position
    ) -> Iterator[Tuple[Batch, Position]]:
        """Yield the batch of samples, without those that do not fit to the announced layers if such are skipped."""
        errors, fixed_size = self.data_pipeline.errors, self.fixed_batch_size

        def leave_out(place: int, error: SampleError) -> None:
            if fixed_size is not None:
                raise error
            errors.handle(TaskFailure(error), error.index or 0, error.meta)

        batch = collate_fitting(collator.collate, samples, leave_out)
        if batch is not None:
            yield batch, position

    def collator(self, specs: Optional[Dict[str, Dict[str, tf.TensorSpec]]] = None) -> BatchCollator:
        """Return what makes a batch of samples.

        Args:
            specs: The layers of each part. Default: :meth:`network_specs`.
        """
        padding = self.data_pipeline.data.padding_values()
        specs = self.network_specs() if specs is None else specs
        return self.data_pipeline.times.collator(
            {
                part: {key: to_array_spec(key, spec, padding) for key, spec in part_specs.items()}
                for part, part_specs in specs.items()
            }
        )

    def network_specs(self) -> Dict[str, Dict[str, tf.TensorSpec]]:
        """Return the layers of the parts that belong to the mode, without the batch dimension."""
        data = self.data_pipeline.data
        specs = {"inputs": data.input_layer_specs, "targets": data.target_layer_specs, "meta": data.meta_layer_specs}
        return {part: specs[part]() for part in parts_of_mode(self.mode)}

    def object_collator(self) -> BatchCollator:
        """Return what makes a batch that holds the meta data themselves, as is possible without TensorFlow.

        The batches tell the positions of their samples.
        """
        collator = self.collator()
        collator.encodes_meta = False
        collator.tells_order = True
        return collator

    def shuffle_seed(self) -> int:
        """Return the seed of TensorFlow's shuffle buffer: it follows from the pass that a run begins with."""
        return sample_seed(self.data_pipeline.seed, self.data_pipeline.next_start().epoch, 0)

    def buckets(self) -> Optional[Buckets]:
        """Return how samples of similar lengths form batches, None if their lengths do not matter."""
        return Buckets.of(self.pipeline_params) if self.has_inputs else None

    def stream(self, parts: Optional[Sequence[str]] = None, in_this_thread: bool = False) -> BatchStream:
        """Return the batches of :meth:`batches`, prepared ahead by a thread within the bounds of the parameters.

        Args:
            parts: The parts that a batch shall consist of, of those that belong to the mode. Default: all.
            in_this_thread: Prepare nothing ahead.
        """
        specs = self.network_specs()
        collator = self.collator({part: specs[part] for part in (specs if parts is None else parts)})

        params = self.pipeline_params
        max_bytes = params.max_buffer << 19 if params.max_buffer > 0 else None  # the other half is with the workers
        return BatchStream(
            lambda: self.positioned_batches(collator), 0 if in_this_thread else params.prefetch, max_bytes
        )

    # TensorFlow

    def as_dataset(self, tf_dataset_generator: TFDatasetGenerator) -> Optional[tf.data.Dataset]:
        """Return the batches as a dataset, None if there are no data.

        Args:
            tf_dataset_generator: If it is a custom one it gets single samples, and TensorFlow makes the batches.
        """
        if self.size == 0:
            return None
        if tf_dataset_generator.is_custom():
            dataset = dataset_of_tensorflow_batches(self, tf_dataset_generator)
            prefetch = self.pipeline_params.prefetch
            dataset = dataset.prefetch(prefetch) if prefetch > 0 else dataset
        else:
            dataset = dataset_of_python_batches(self)
        return _without_autotune(dataset)


def _n_samples(batch: Tuple[Batch, Position]) -> int:
    return next((len(array) for part in batch[0] for array in part.values()), 0)


def _without_autotune(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Switch the search for buffer sizes off: ours are given, and an iterator waits for its thread when it ends."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def _as_int(length_fn: Callable[[Dict[str, Any]], Any]) -> Callable[[Dict[str, Any]], int]:
    """Return the length function for numpy arrays, with an int as its result."""

    def length(inputs: Dict[str, Any]) -> int:
        try:
            return int(length_fn(inputs))
        except (AttributeError, TypeError):  # it needs real tensors
            return int(length_fn({key: tf.convert_to_tensor(value) for key, value in inputs.items()}))

    return length
