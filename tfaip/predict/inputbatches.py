# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The batches of a data pipeline or a dataset, as a predictor reads them."""

import dataclasses
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from tfaip.data.pipeline.batching.collator import META_KEY, ORDER_KEY
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.unbatch import decode_sample_meta
from tfaip.predict.predictedbatch import Order, PredictedBatch
from tfaip.util.sample.shape_utils import batch_size_of, elements_of

if TYPE_CHECKING:
    import tensorflow as tf

# Results wait for those before them: not for longer than so many usual batches take to come in.
MAX_WAIT = 16


class PipelineInput:
    """What a predictor reads of a data pipeline.

    The meta data of the samples come along as they are. Only where TensorFlow makes the batches, or a subclass of the
    pipeline, they become JSON and are read again.

    Args:
        pipeline: The pipeline.
    """

    def __init__(self, pipeline: DataPipeline):
        self.pipeline = pipeline
        self.has_targets = has_targets(pipeline.mode)
        self._samples = pipeline.generate_input_samples()
        is_own = type(pipeline).generate_input_batches is not DataPipeline.generate_input_batches
        self._is_plain = not is_own and not pipeline._create_tf_dataset_generator().is_custom()

    @property
    def size(self) -> Optional[int]:
        """The number of samples that go into the pipeline, None if it is not known before."""
        return None if self._samples.yields_batches else self._samples.size

    @property
    def waits_for_nobody(self) -> bool:
        """Whether the next batches may be read before the results of one are there.

        Inputs without a length may come from somebody who waits for the results of those before.
        """
        return self._samples.data_generator.knows_length()

    @contextmanager
    def batches(self) -> Iterator[Iterator[PredictedBatch]]:
        """Return a context that gives the batches."""
        if self._is_plain:
            with closing(self._plain_batches()) as plain_batches:
                yield plain_batches
        else:
            with self.pipeline.generate_input_batches() as batches:
                yield (_decoded(batch, self.has_targets) for batch in batches)

    def _plain_batches(self) -> Generator[PredictedBatch, None, None]:
        samples = self._samples
        changes_order = samples.sorts_by_length
        max_wait = MAX_WAIT * samples.pipeline_params.batch_size if changes_order else None
        with closing(samples.positioned_batches(samples.object_collator(), max_wait)) as batches:
            for batch, position in batches:
                order = Order(batch[-1][ORDER_KEY].tolist(), position.first_to_come if changes_order else None)
                yield dataclasses.replace(_with_objects(batch[:-1], self.has_targets), order=order)


def has_targets(mode: PipelineMode) -> bool:
    """Return whether the batches of a prediction have targets."""
    return mode != PipelineMode.PREDICTION


def dataset_batches(dataset: "tf.data.Dataset", mode: PipelineMode) -> Iterator[PredictedBatch]:
    """Yield the batches of a dataset; see ``PredictorBase.predict_dataset``."""
    for batch in dataset.as_numpy_iterator():
        yield _decoded(batch if isinstance(batch, tuple) else (batch,), has_targets(mode))


def _with_objects(batch: Tuple[Any, ...], with_targets: bool) -> PredictedBatch:
    inputs, targets, meta = _split(batch, with_targets)
    if not isinstance(meta, dict) or set(meta) != {META_KEY}:
        return PredictedBatch(inputs, targets, _metas(inputs, meta))
    return PredictedBatch(inputs, targets, [_own(row[0]) for row in meta[META_KEY]])


def _own(meta: Any) -> Any:
    """Return meta data whose entries a post-processor can change without changing those of the generator."""
    return dict(meta) if type(meta) is dict else meta


def _decoded(batch: Tuple[Any, ...], with_targets: bool) -> PredictedBatch:
    inputs, targets, meta = _split(batch, with_targets)
    metas = _metas(inputs, meta)
    return PredictedBatch(inputs, targets, None if metas is None else [decode_sample_meta(value) for value in metas])


def _metas(inputs: Any, meta: Any) -> Optional[List[Any]]:
    size = batch_size_of(inputs)
    return None if meta is None or size is None else elements_of(meta, size)


def _split(batch: Iterable[Any], with_targets: bool) -> Tuple[Any, Any, Any]:
    """Return inputs, targets and meta of a batch; what it lacks is None."""
    parts = tuple(batch)
    if with_targets and len(parts) > 1:
        return parts[0], parts[1], parts[2] if len(parts) > 2 else None
    return parts[0], None, parts[-1] if len(parts) > 1 else None
