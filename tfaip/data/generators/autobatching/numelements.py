# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches with a bound of their number of elements, with the shapes in text files."""

from collections.abc import Iterator
from pathlib import Path
from typing import List, Sequence, Union

from tfaip.data.generators.autobatching.autobatcher import (
    ASCENDING,
    DESCENDING,
    auto_batch_to_same_samples_per_batch,
    check_same_samples,
)
from tfaip.data.generators.textfiles import load_num_sequence_text
from tfaip.util.errors import UserValueError


class NumElementsBatchSampler:
    """The batches of :func:`auto_batch_to_same_samples_per_batch`: iterates over lists of ids.

    Args:
        batch_bins: The number of elements that a batch has to exceed.
        shape_files: For each array of a sample a file with a line for each sample: its id and its shape, such as
            ``id1 100,80``. The samples are sorted by the first number of the first file.
        min_batch_size: See the function, like the others.
    """

    def __init__(
        self,
        batch_bins: int,
        shape_files: Union[Sequence[Union[str, Path]], str, Path],
        min_batch_size: int = 1,
        sort_in_batch: str = DESCENDING,
        sort_batch: str = ASCENDING,
        drop_last: bool = False,
        padding: bool = True,
    ):
        self.batch_bins = batch_bins
        self.shape_files = [shape_files] if isinstance(shape_files, (str, Path)) else list(shape_files)
        if not self.shape_files:
            raise UserValueError(
                "The shapes of the samples are missing.", where="shape_files", expected="at least one file", got="none"
            )
        shapes = [load_num_sequence_text(file, "csv_int") for file in self.shape_files]
        for file, file_shapes in zip(self.shape_files, shapes, strict=True):
            if not file_shapes:
                raise UserValueError("The file of the shapes is empty.", where=str(file), expected="a line a sample")
        check_same_samples(shapes, list(map(str, self.shape_files)))
        self.batch_list: List[List[str]] = auto_batch_to_same_samples_per_batch(
            batch_bins,
            shapes,  # type: ignore[arg-type]
            min_batch_size=min_batch_size,
            sort_in_batch=sort_in_batch,
            sort_batch=sort_batch,
            drop_last=drop_last,
            padding=padding,
        )

    def __len__(self) -> int:
        return len(self.batch_list)

    def __iter__(self) -> Iterator[List[str]]:
        return iter(self.batch_list)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({len(self)} batches of {sum(map(len, self.batch_list))} samples, "
            f"batch_bins={self.batch_bins}, shape_files={[str(file) for file in self.shape_files]})"
        )
