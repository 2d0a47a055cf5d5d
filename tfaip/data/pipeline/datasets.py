# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches on their way into ``tf.data``."""

import contextlib
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

import numpy as np
import tensorflow as tf

from tfaip.data.pipeline.batching.collator import Batch, parts_of_mode
from tfaip.data.pipeline.batching.grouping import MAX_BYTES, grouped
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.specs import padding_tensor
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.util.errors import UserValueError

if TYPE_CHECKING:
    from tfaip.data.pipeline.runningdatapipeline import InputSamplesGenerator


def dataset_of_python_batches(samples: "InputSamplesGenerator") -> tf.data.Dataset:
    """Return batches that were made in Python: TensorFlow is entered once a batch, in training even less often."""
    batch_size = samples.fixed_batch_size
    # Only in training: elsewhere somebody may wait for a batch before they hand out the next sample.
    in_groups = samples.mode == PipelineMode.TRAINING and _bytes_of_batch(samples) < MAX_BYTES
    leading = [None, batch_size] if in_groups else [batch_size]
    signature = tuple(
        {key: _batched_spec(leading, spec) for key, spec in specs.items()} for specs in samples.network_specs().values()
    )

    def generate() -> Iterator[Batch]:
        with samples.stream() as stream:
            # An iterator that ends waits for what reads ahead of it, which finds out with the next element only.
            batches = grouped(stream, _empty(signature)) if in_groups else stream
            yield from _remember_errors(samples, batches)

    dataset = tf.data.Dataset.from_generator(generate, output_signature=signature)
    # the batches are prepared ahead before this point, where their bytes are counted
    return dataset.unbatch().prefetch(1) if in_groups else dataset


def dataset_of_tensorflow_batches(samples: "InputSamplesGenerator", generator: TFDatasetGenerator) -> tf.data.Dataset:
    """Hand single samples to a custom generator and let TensorFlow make the batches."""
    specs = {
        "inputs": generator.input_layer_specs,
        "targets": generator.target_layer_specs,
        "meta": generator.meta_layer_specs,
    }
    collator = samples.collator({part: specs[part]() for part in parts_of_mode(samples.mode)})
    if samples.yields_batches:
        return generator.create(lambda: _remember_errors(samples, samples.batches(collator)), yields_batches=True)

    def single_samples() -> Generator[Batch, None, None]:
        for item in samples.indexed_samples():
            yield tuple({key: array[0] for key, array in part.items()} for part in collator.collate([item]))

    dataset = generator.create(lambda: _remember_errors(samples, single_samples()))
    if samples.pipeline_params.shuffle_buffer_size > 1:
        seed = samples.shuffle_seed() & 0x7FFFFFFF
        dataset = dataset.shuffle(samples.pipeline_params.shuffle_buffer_size, seed=seed)
    return _batch_in_tensorflow(samples, dataset)


def _batch_in_tensorflow(samples: "InputSamplesGenerator", dataset: tf.data.Dataset) -> tf.data.Dataset:
    params, data = samples.pipeline_params, samples.data_pipeline.data
    values = data.padding_values()
    padding = tuple(
        {key: padding_tensor(key, spec, values) for key, spec in part.items()} for part in dataset.element_spec
    )
    buckets = samples.buckets()
    if buckets is None:
        return dataset.padded_batch(
            params.batch_size, padding_values=padding, drop_remainder=params.batch_drop_remainder
        )
    if buckets.sizes is None or buckets.budget is not None:
        raise UserValueError(
            "TensorFlow cannot make batches by their number of elements.",
            where=type(samples.data_pipeline).__name__,
            expected="bucket_batch_sizes where a custom TFDatasetGenerator maps samples in tf.data",
            got=f"bucket_token_budget {buckets.budget}",
        )
    length_fn = data.element_length_fn()
    return dataset.bucket_by_sequence_length(
        element_length_func=lambda *parts: tf.cast(length_fn(parts[0]), tf.int32),
        bucket_boundaries=buckets.boundaries,
        bucket_batch_sizes=buckets.sizes,
        padding_values=padding,
        drop_remainder=params.batch_drop_remainder,
    )


def _remember_errors(samples: "InputSamplesGenerator", elements: Iterator[Any]) -> Iterator[Any]:
    """Keep an exception that TensorFlow only passes on as a text."""
    samples.data_pipeline.set_pending_error(None)
    with contextlib.ExitStack() as stack:
        if isinstance(elements, Generator):
            stack.callback(elements.close)
        try:
            yield from elements
        except Exception as error:
            samples.data_pipeline.set_pending_error(error)
            raise


def _bytes_of_batch(samples: "InputSamplesGenerator") -> int:
    """Return the size of a batch, as far as it is known before."""
    specs = [spec for part in samples.network_specs().values() for spec in part.values()]
    n_bytes = sum(spec.shape.num_elements() * spec.dtype.size for spec in specs if spec.shape.is_fully_defined())
    return n_bytes * samples.pipeline_params.batch_size


def _empty(signature: Tuple[Dict[str, tf.TensorSpec], ...]) -> Batch:
    """Return an element without any content."""
    return tuple(
        {
            key: np.zeros([length or 0 for length in spec.shape.as_list()], spec.dtype.as_numpy_dtype)
            for key, spec in part.items()
        }
        for part in signature
    )


def _batched_spec(leading: List[Optional[int]], spec: tf.TensorSpec) -> tf.TensorSpec:
    shape = None if spec.shape.rank is None else [*leading, *spec.shape]
    return tf.TensorSpec(shape, spec.dtype)
