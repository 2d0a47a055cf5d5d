# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches of samples whose parts stand in several lists, formed by the number of elements."""

import functools
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Generic, List, Optional, TypeVar

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.generators.autobatching.autobatcher import check_same_samples
from tfaip.data.generators.autobatching.numelements import NumElementsBatchSampler
from tfaip.data.generators.loading import Entry, LoadingDataGenerator, batches_from
from tfaip.data.generators.textfiles import load_num_sequence_text, parse_file, read_2column_text
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR, TARGETS_PROCESSOR, PipelineMode, Sample
from tfaip.util.errors import UserValueError

__all__ = [
    "BatchedMultiListDataGenerator",
    "BatchedMultiListDataGeneratorParams",
    "NumElementsBatchSampler",
    "load_num_sequence_text",
    "parse_file",
    "read_2column_text",
]

INPUT, TARGET = "input", "target"


@pai_dataclass
@dataclass
class BatchedMultiListDataGeneratorParams(DataGeneratorParams):
    """Lists with a line for each sample, and files with the shapes of the samples that the batches are made by."""

    shape_files: Optional[List[str]] = field(
        default=None,
        metadata=pai_meta(help="For each array of a sample a file with lines such as 'id 100,80'; sorted by the first"),
    )
    batch_bins: int = field(
        default=140000000, metadata=pai_meta(help="A batch is full if its elements, with padding, exceed this number")
    )


TParams = TypeVar("TParams", bound=BatchedMultiListDataGeneratorParams)


class BatchedMultiListDataGenerator(LoadingDataGenerator[TParams], Generic[TParams], ABC):
    """Generates batches of the samples of the shape files; in training in a new random order in each pass.

    A subclass tells the lists, files with a line for each sample: its id and a value. Override :meth:`load_sample` to
    load the data that the values name.
    """

    @abstractmethod
    def lists(self) -> Dict[str, Path]:
        """Return the files by the names that their values get in the samples."""

    @abstractmethod
    def list_types(self) -> Dict[str, str]:
        """Return for each list whether it holds an ``input`` or a ``target``."""

    def make_sample(self, id: str) -> Sample:
        """Return the sample: the values of the lists by their names, as inputs or targets.

        Args:
            id: The id of the sample.
        """
        inputs = {name: self.values[name][id] for name in self._names(INPUT)}
        targets = {name: self.values[name][id] for name in self._names(TARGET)}
        return Sample(
            inputs=inputs if self.mode in INPUT_PROCESSOR else None,
            targets=targets if self.mode in TARGETS_PROCESSOR else None,
            meta={"id": id},
        )

    def __len__(self) -> int:
        return sum(map(len, self.batches))

    def yields_batches(self) -> bool:
        """Return True."""
        return True

    def steps_per_epoch(self, batch_size: int, scale_factor: float = 1) -> int:
        """Return the number of batches; see the base class."""
        return int(len(self.batches) * scale_factor)

    @functools.cached_property
    def batches(self) -> List[List[str]]:
        """The ids of the samples of each batch, the batch of the shortest ones first."""
        return list(NumElementsBatchSampler(self.params.batch_bins, self.params.shape_files or []))

    @functools.cached_property
    def values(self) -> Dict[str, Dict[str, Any]]:
        """The values of the lists that the mode needs, by the names of the lists and the ids of the samples."""
        files = self.lists()
        values = {name: parse_file(files[name]) for name in self._names(INPUT) + self._names(TARGET)}
        ids = dict.fromkeys(id for batch in self.batches for id in batch)
        shape_files = ", ".join(map(str, self.params.shape_files or []))
        for name, by_id in values.items():
            known = {id: value for id, value in by_id.items() if id in ids}
            check_same_samples([ids, known], [shape_files, str(files[name])])
        return values

    def generate(self) -> Iterable[List[Sample]]:
        """Return the batches of one pass."""
        return self.generate_from(0)

    def generate_from(self, index: int) -> Iterable[List[Sample]]:
        """Return the batches of one pass without the first ones, which are not loaded."""
        order: Iterable[int] = range(len(self.batches))
        if self.mode == PipelineMode.TRAINING:
            order = self.rng.permutation(len(self.batches)).tolist()
        _ = self.values  # a mistake in a list is told before anything is loaded
        batches = batches_from((self.batches[number] for number in order), index)
        return self.load_batches(list(map(self._entry, batch)) for batch in batches)

    def _entry(self, id: str) -> Entry:
        return Entry(self._numbers[id], self.make_sample(id), f"sample {id}")

    @functools.cached_property
    def _numbers(self) -> Dict[str, int]:
        return {id: number for number, id in enumerate(id for batch in self.batches for id in batch)}

    def _names(self, list_type: str) -> List[str]:
        """Return the names of the lists of a type, none if the mode does not need them."""
        types = self.list_types()
        for name, found in types.items():
            if found not in (INPUT, TARGET) or name not in self.lists():
                raise UserValueError(
                    "The type of a list is wrong.",
                    where=f"{type(self).__name__}.list_types",
                    expected=f"{INPUT} or {TARGET} for each of {', '.join(self.lists())}",
                    got=f"{name}: {found}",
                )
        needed = INPUT_PROCESSOR if list_type == INPUT else TARGETS_PROCESSOR
        return [name for name, found in types.items() if found == list_type] if self.mode in needed else []
