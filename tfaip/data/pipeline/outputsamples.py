# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples behind the model while they run through the post-processing."""

import json
from collections.abc import Generator, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional, Tuple, Type

import numpy as np

from tfaip.data.pipeline.batching.collator import META_KEY
from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.pipeline import enumerate_pass
from tfaip.data.pipeline.processor.sample.base import Item
from tfaip.util.json_helper import TFAIPJsonDecoder

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline


class OutputSamplesGenerator:
    """Samples behind the model after the post-processing; a context manager that is its own iterator.

    Args:
        samples: Samples with ``outputs``. JSON meta data among the inputs are merged into the meta data.
        data_pipeline: The pipeline.
        indexed: Whether each comes with its position in the data, or None, which counts on: ``(position, sample)``.
    """

    def __init__(self, samples: Iterable[Any], data_pipeline: "DataPipeline", indexed: bool = False):
        self._samples = samples
        self._is_indexed = indexed
        self._processors = data_pipeline.create_output_pipeline()
        self._running: Optional[Iterator[Any]] = None

    def __enter__(self) -> "OutputSamplesGenerator":
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
            size = len(self._samples) if isinstance(self._samples, (list, tuple)) else None
            items = _items(self._samples) if self._is_indexed else enumerate_pass(0, map(_merge_meta, self._samples))
            self._running = (content for _, _, content in self._processors.run(items, size=size))
        return next(self._running)

    def close(self) -> None:
        """Stop; what is still under way is dropped."""
        if isinstance(self._running, Generator):
            self._running.close()
        self._running = None


def _items(samples: Iterable[Tuple[Optional[int], Sample]]) -> Iterator[Item]:
    following = 0
    for position, sample in samples:
        index = following if position is None else position
        yield 0, index, _merge_meta(sample)
        following = index + 1


def _merge_meta(sample: Sample) -> Sample:
    inputs = sample.inputs
    if not isinstance(inputs, dict) or META_KEY not in inputs:
        return sample
    content = inputs[META_KEY]
    content = content.reshape(-1)[0] if isinstance(content, np.ndarray) else content
    meta = json.loads(content, cls=TFAIPJsonDecoder)
    rest = {key: value for key, value in inputs.items() if key != META_KEY}
    return sample.new_inputs(rest).new_meta({**(sample.meta or {}), **meta} if isinstance(meta, dict) else meta)
