# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Making a batch of samples: one array for each entry of inputs, targets and meta."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Dict, List, Optional, Tuple, TypeVar

import numpy as np

from tfaip.data.pipeline.batching.arrays import ArrayMismatchError, ArraySpec
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR, TARGETS_PROCESSOR, PipelineMode, Sample, describe
from tfaip.data.pipeline.errors import SampleError, sample_identity
from tfaip.util.errors import did_you_mean
from tfaip.util.json_helper import TFAIPJsonEncoder

META_KEY = "meta"
ORDER_KEY = "order"
_EMPTY_META = b"{}"

T = TypeVar("T")
Batch = Tuple[Dict[str, np.ndarray], ...]


def parts_of_mode(mode: PipelineMode) -> Tuple[str, ...]:
    """Return the parts of a sample that a batch consists of, in their order."""
    inputs = ("inputs",) if mode in INPUT_PROCESSOR else ()
    targets = ("targets",) if mode in TARGETS_PROCESSOR else ()
    return (*inputs, *targets, "meta")


def encode_meta(meta: Any) -> bytes:
    """Return the meta data of a sample as JSON."""
    if meta is None or (type(meta) is dict and not meta):
        return _EMPTY_META
    return json.dumps(meta, cls=TFAIPJsonEncoder).encode("utf-8")


class BatchCollator:
    """Makes batches of samples.

    Args:
        specs: For each part of a batch, in their order, what its arrays look like.

    Attributes:
        encodes_meta: Whether the meta data become JSON, which TensorFlow needs; otherwise a batch holds the objects.
        tells_order: Whether a batch has a last part with the positions of its samples, ``{ORDER_KEY: array}``.
    """

    def __init__(self, specs: Mapping[str, Mapping[str, ArraySpec]]):
        self.specs = specs
        self.encodes_meta = True
        self.tells_order = False

    def collate(self, samples: Sequence[Tuple[int, Sample]]) -> Batch:
        """Return a batch.

        Args:
            samples: Positions and samples.

        Raises:
            SampleError: A sample does not fit to the announced layers.
        """
        batch = tuple(
            {key: self._stack(part, key, spec, samples) for key, spec in specs.items()}
            for part, specs in self.specs.items()
        )
        return (*batch, {ORDER_KEY: np.array([index for index, _ in samples])}) if self.tells_order else batch

    def collate_rows(self, rows: Sequence[Batch]) -> Batch:
        """Return a batch of samples that were in batches of this collator before."""
        batch = tuple(
            {
                key: _join_meta(rows, number)
                if part == "meta" and key == META_KEY
                else spec.stack([row[number][key] for row in rows])
                for key, spec in specs.items()
            }
            for number, (part, specs) in enumerate(self.specs.items())
        )
        return (*batch, {ORDER_KEY: np.array([row[-1][ORDER_KEY] for row in rows])}) if self.tells_order else batch

    def _stack(self, part: str, key: str, spec: ArraySpec, samples: Sequence[Tuple[int, Sample]]) -> np.ndarray:
        if part == "meta" and key == META_KEY:
            return _stack_meta(samples) if self.encodes_meta else _stack_objects([sample.meta for _, sample in samples])
        values: List[Any] = []
        for index, sample in samples:
            try:
                values.append(getattr(sample, part)[key])
            except (KeyError, TypeError, IndexError):
                raise _missing_entry(part, key, index, sample, list(self.specs[part])) from None
        try:
            return spec.stack(values)
        except ArrayMismatchError as error:
            index, sample = samples[error.position]
            raise SampleError(
                f"The {part} of a sample do not fit to the announced layer {key!r}.",
                where=sample_identity(index, sample.meta),
                expected=error.expected,
                got=error.got,
                hint=error.hint,
                index=index,
                meta=sample.meta,
            ) from error


def collate_fitting(
    collate: Callable[[List[Tuple[int, Sample]]], T],
    samples: Sequence[Tuple[int, Sample]],
    leave_out: Callable[[int, SampleError], Any],
) -> Optional[T]:
    """Make a batch of the samples that fit to the announced layers.

    Args:
        collate: Makes a batch of positions and samples.
        samples: Positions and samples.
        leave_out: Called for each sample that does not fit, with its place among those that are left, and the error. It
            may raise.

    Returns:
        The batch, None if no sample is left.

    Raises:
        SampleError: The batch cannot be made, whichever sample is left out.
    """
    left = list(samples)
    while left:
        try:
            return collate(left)
        except SampleError as error:
            place = next((place for place, (index, _) in enumerate(left) if index == error.index), None)
            if place is None:
                raise
            leave_out(place, error)
            del left[place]
    return None


def _join_meta(rows: Sequence[Batch], part: int) -> np.ndarray:
    return np.stack([row[part][META_KEY] for row in rows])


def _stack_objects(metas: Sequence[Any]) -> np.ndarray:
    batch = np.empty((len(metas), 1), object)
    for position, meta in enumerate(metas):
        batch[position, 0] = meta
    return batch


def _stack_meta(samples: Sequence[Tuple[int, Sample]]) -> np.ndarray:
    batch = np.empty((len(samples), 1), object)
    for position, (index, sample) in enumerate(samples):
        try:
            batch[position, 0] = encode_meta(sample.meta)
        except (TypeError, ValueError) as error:
            raise SampleError(
                "The meta data of a sample cannot be written as JSON.",
                where=sample_identity(index, None),
                got=f"{describe(sample.meta)}: {error}",
                hint="keep only numbers, texts, lists, dictionaries and dataclasses in the meta data",
                index=index,
                meta=sample.meta,
            ) from error
    return batch


def _missing_entry(part: str, key: str, index: int, sample: Sample, wanted: List[str]) -> SampleError:
    value = getattr(sample, part)
    names: Optional[List[str]] = [str(name) for name in value] if isinstance(value, Mapping) else None
    return SampleError(
        f"The {part} of a sample lack the announced layer {key!r}.",
        where=sample_identity(index, sample.meta),
        expected=f"a dictionary with {', '.join(wanted)}",
        got=describe(value),
        hint=did_you_mean(key, names) if names else "the last processor returns the dictionary of arrays",
        index=index,
        meta=sample.meta,
    )
