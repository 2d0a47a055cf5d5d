# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A batch on its way through the model, and batches that are put together of samples."""

import itertools
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

import numpy as np

from tfaip.data.pipeline.definitions import Sample
from tfaip.util.sample.shape_utils import batch_size_of, elements_of


@dataclass(frozen=True)
class Order:
    """Where the samples of a batch belong.

    Attributes:
        positions: The position of each sample in the data.
        first_to_come: The smallest position of a sample that comes with a later batch; None if batches are in the
            order in which they are wanted.
    """

    positions: List[int]
    first_to_come: Optional[int] = None


@dataclass(frozen=True)
class PredictedBatch:
    """A batch before or behind the model.

    Attributes:
        inputs: Nested arrays with the batch as first axis.
        targets: Such arrays, or None.
        metas: The meta data of each sample, or None.
        outputs: What the model computed.
        order: Where its samples belong, None if that is not known.
    """

    inputs: Any
    targets: Any = None
    metas: Optional[List[Any]] = None
    outputs: Any = None
    order: Optional[Order] = None

    def __len__(self) -> int:
        """Return the number of samples."""
        parts = (self.inputs, self.outputs, self.targets)
        return next((size for size in map(batch_size_of, parts) if size is not None), 0)

    def with_outputs(self, outputs: Any) -> "PredictedBatch":
        """Return the batch behind the model."""
        return replace(self, outputs=outputs)

    def indexed_samples(self) -> Iterator[Tuple[Optional[int], Sample]]:
        """Yield the samples of the batch with their positions in the data, None if these are not known."""
        positions = itertools.repeat(None) if self.order is None else self.order.positions
        return zip(positions, self.samples())  # noqa: B905

    def samples(self) -> Iterator[Sample]:
        """Yield the samples of the batch."""
        size = len(self)
        parts = [elements_of(part, size) for part in (self.inputs, self.targets, self.outputs)]
        metas = [None] * size if self.metas is None else self.metas
        for inputs, targets, outputs, meta in zip(*parts, metas, strict=True):
            yield Sample(inputs=inputs, targets=targets, outputs=outputs, meta=meta)


Batches = Generator[PredictedBatch, None, None]


def samples_in_order(batches: Iterable[PredictedBatch]) -> Iterator[Tuple[Optional[int], Sample]]:
    """Yield the samples of batches in the order of the data, each as soon as all before it are there.

    Each comes with its position in the data, None if that is not known.
    """
    waiting: Dict[int, Sample] = {}
    for batch in batches:
        if batch.order is None or batch.order.first_to_come is None:
            yield from batch.indexed_samples()
            continue
        waiting.update(zip(batch.order.positions, batch.samples(), strict=True))
        for position in sorted(position for position in waiting if position < batch.order.first_to_come):
            yield position, waiting.pop(position)
    for position in sorted(waiting):
        yield position, waiting[position]


def predicted_in_turn(batches: Iterator[PredictedBatch], predict: Callable[[Any], Any]) -> Batches:
    """Yield each batch with its outputs before the next one is read.

    Args:
        batches: The batches.
        predict: Computes the outputs of the inputs.
    """
    for batch in batches:
        yield batch.with_outputs(predict(batch.inputs))


def predicted_ahead(batches: Iterator[PredictedBatch], predict: Callable[[Any], Any], n_threads: int = 1) -> Batches:
    """Do the same as :func:`predicted_in_turn`, but let threads compute batches while others are made and used.

    An error of ``batches`` is raised behind the batches before it.

    Args:
        batches: The batches.
        predict: Computes the outputs of the inputs.
        n_threads: How many calls of ``predict`` may run at a time.
    """
    errors: List[Exception] = []
    source = _until_error(batches, errors)
    ahead = list(itertools.islice(source, 2))
    if len(ahead) < 2:  # which a thread would only delay
        yield from predicted_in_turn(iter(ahead), predict)
    else:
        yield from _predicted_in_threads(itertools.chain(ahead, source), predict, n_threads)
    if errors:
        raise errors[0]


def _predicted_in_threads(batches: Iterator[PredictedBatch], predict: Callable[[Any], Any], n_threads: int) -> Batches:
    # imported late: single samples need none of it
    from concurrent.futures import Future, ThreadPoolExecutor

    waiting: Deque[Tuple[PredictedBatch, Future[Any]]] = deque()
    with ThreadPoolExecutor(n_threads, thread_name_prefix="predict") as executor:

        def submit(number: int) -> None:
            waiting.extend(
                (batch, executor.submit(predict, batch.inputs)) for batch in itertools.islice(batches, number)
            )

        try:
            submit(n_threads + 1)
            while waiting:
                batch, future = waiting.popleft()
                outputs = future.result()
                submit(1)
                yield batch.with_outputs(outputs)
        finally:
            for _, future in waiting:
                future.cancel()


def _until_error(batches: Iterator[PredictedBatch], errors: List[Exception]) -> Iterator[PredictedBatch]:
    try:
        yield from batches
    except Exception as error:  # raised again by who gets the list
        errors.append(error)


class SampleBatch(Sample):
    """A sample that holds several ones.

    Args:
        n_samples: How many.
        kwargs: See the base class.
    """

    def __init__(self, n_samples: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.n_samples = n_samples


def stacked(samples: Sequence[Sample], include_meta: bool) -> SampleBatch:
    """Return one sample that holds several ones: arrays of the same shape as one array, all else as a list.

    Args:
        samples: The samples.
        include_meta: Whether it holds the list of the meta data, too.
    """
    return SampleBatch(
        len(samples),
        inputs=_stack([sample.inputs for sample in samples]),
        outputs=_stack([sample.outputs for sample in samples]),
        targets=_stack([sample.targets for sample in samples]),
        meta=[sample.meta for sample in samples] if include_meta else None,
    )


def _stack(values: List[Any]) -> Any:
    first = values[0]
    if isinstance(first, dict) and all(isinstance(value, dict) and value.keys() == first.keys() for value in values):
        result: Dict[Any, Any] = {key: _stack([value[key] for value in values]) for key in first}
        return result
    if isinstance(first, (np.ndarray, np.generic, int, float)):
        arrays = [np.asarray(value) for value in values]
        if all(array.shape == arrays[0].shape and array.dtype.kind in "biufc" for array in arrays):
            return np.stack(arrays)
    return values
