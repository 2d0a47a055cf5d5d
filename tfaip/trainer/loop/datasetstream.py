# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The batches of a ``tf.data`` pipeline as a stream: who waits for them is not in TensorFlow, and notices signals."""

import dataclasses
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import tensorflow as tf

from tfaip.data.pipeline.batching.collator import Batch
from tfaip.data.pipeline.batching.stream import BatchStream
from tfaip.data.pipeline.position import Position
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import TrainingModel

log = logger(__name__)

# what is prepared ahead beside what TensorFlow does
MAX_BATCHES = 16
MAX_BYTES = 1 << 24


def dataset_stream(
    dataset: tf.data.Dataset,
    model: "TrainingModel",
    start: Optional[Position] = None,
    with_meta: bool = False,
    in_this_thread: bool = False,
) -> BatchStream:
    """Return the batches of a dataset: inputs and targets, and meta data if wanted.

    Which samples TensorFlow makes a batch of is not known. To go on behind a batch those before it are made again.

    Args:
        dataset: The dataset.
        model: Tells which inputs and targets are used.
        start: Where the pipeline of the dataset begins, and how many batches behind that the stream begins. Default:
            positions are not told.
        with_meta: Whether meta data are wanted.
        in_this_thread: Read them in the thread of the reader.
    """

    def batches() -> Generator[Tuple[Batch, Any], None, None]:
        n_before = 0 if start is None else start.batches
        if n_before:
            log.info(
                "TensorFlow makes the %d batches again that were trained on, since it does not tell what it made them "
                "of.",
                n_before,
            )
        for number, (inputs, targets, meta) in enumerate(dataset, start=1):
            if number > n_before:
                arrays = _arrays(inputs, model.input_specs), _arrays(targets, model.target_specs)
                position = None if start is None else dataclasses.replace(start, batches=number)
                yield (*arrays, _arrays(meta, meta)) if with_meta else arrays, position

    return BatchStream(batches, 0 if in_this_thread else MAX_BATCHES, MAX_BYTES)


def _arrays(tensors: Dict[str, tf.Tensor], names: Any) -> Dict[str, Any]:
    return {name: tensors[name].numpy() for name in names}
