# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples out of text files with columns: path of the data, number of elements, ground truth, date."""

import csv
import functools
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, List, NamedTuple, Optional, Tuple, Type, Union

from paiargparse import pai_dataclass, pai_meta

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.generators.autobatching.autobatcher import auto_batch_to_same_samples_per_batch
from tfaip.data.generators.loading import Entry, LoadingDataGenerator, batches_from
from tfaip.data.pipeline.definitions import TARGETS_PROCESSOR, PipelineMode, Sample
from tfaip.util.errors import UserValueError
from tfaip.util.file.glob_util import glob_all
from tfaip.util.file.textlines import read_text_lines

TAB = "\t"
COLUMNS = "data_path, data_bins, gt and date (the last two may be missing)"


@pai_dataclass
@dataclass
class CSVGeneratorParams(DataGeneratorParams):
    """Files whose columns are separated by commas."""

    files: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="The files, or patterns of their names. Columns: data_path, data_bins, gt, date"),
    )
    batch_bins: Optional[int] = field(
        default=None,
        metadata=pai_meta(help="Make batches of samples of similar size; one is full if its data_bins exceed this"),
    )

    def __post_init__(self) -> None:
        # A pattern without a match stays, so that the reader can name it.
        self.files = [name for path in self.files for name in (_resolve(path) or [path])]

    @staticmethod
    def cls() -> Type["CSVGenerator"]:
        """Return the class of the generator."""
        return CSVGenerator


@pai_dataclass
@dataclass
class TSVGeneratorParams(CSVGeneratorParams):
    """Files whose columns are separated by tabs, without quotation marks."""

    @staticmethod
    def cls() -> Type["TSVGenerator"]:
        """Return the class of the generator."""
        return TSVGenerator


@pai_dataclass
@dataclass
class SCSVGeneratorParams(CSVGeneratorParams):
    """Files whose columns are separated by semicolons."""

    @staticmethod
    def cls() -> Type["SCSVGenerator"]:
        """Return the class of the generator."""
        return SCSVGenerator


class CSVTuple(NamedTuple):
    """One row.

    Attributes:
        data_path: Path of the data.
        data_bins: Number of elements of the data, such as the width of an image.
        gt: The ground truth, None if the file has no such column.
        date: Anything, None if the file has no such column.
    """

    data_path: str
    data_bins: int
    gt: Optional[str] = None
    date: Optional[str] = None

    @classmethod
    def parse(cls, values: Sequence[str], prefix: Optional[str] = None) -> "CSVTuple":
        """Return the row for the texts of its columns.

        Args:
            values: The texts.
            prefix: The folder that the path of the data begins at.

        Raises:
            ValueError: The number of columns is wrong, or the second one is no number of elements.
        """
        if not 2 <= len(values) <= len(cls._fields):
            raise UserValueError("A row has too many or too few columns.", expected=COLUMNS, got=str(list(values)))
        path, bins, *rest = values
        try:
            data_bins = int(bins)
        except ValueError:
            data_bins = -1
        if data_bins < 0:
            raise UserValueError(
                "The second column is no number of elements.", expected="data_bins >= 0", got=repr(bins)
            )
        return cls(os.path.join(prefix, path) if prefix else path, data_bins, *rest)

    def to_sample(self) -> Sample:
        """Return the sample: the path as its inputs, the ground truth as its targets."""
        meta = {"data_path": self.data_path, "data_bins": self.data_bins}
        return Sample(inputs=self.data_path, targets=self.gt, meta=meta)


class Row(NamedTuple):
    """A row and where it stands."""

    values: CSVTuple
    where: str


class CSVGenerator(LoadingDataGenerator[CSVGeneratorParams]):
    """Generates a sample for each row of the files, in a new random order in each pass of a training.

    With ``batch_bins`` it forms the batches: each of rows with similar ``data_bins``; in training in a random order.
    Override :meth:`load_sample` to load the data.

    Args:
        separator: What separates the columns. Except for tabs, a column that holds it stands in quotation marks.
        with_threading: Load the samples in threads.
        mode: The mode of the pipeline.
        params: The files.
    """

    def __init__(
        self, separator: str = ",", with_threading: bool = True, *, mode: PipelineMode, params: CSVGeneratorParams
    ):
        super().__init__(mode, params)
        self.separator = separator
        self.with_threading = with_threading
        if not with_threading:
            self.n_loader_threads = 0

    def __len__(self) -> int:
        return len(self.rows)

    def yields_batches(self) -> bool:
        """Return whether ``batch_bins`` is set."""
        return self.params.batch_bins is not None

    def steps_per_epoch(self, batch_size: int, scale_factor: float = 1) -> int:
        """Return the number of batches; see the base class."""
        if self.yields_batches():
            return int(len(self.batches) * scale_factor)
        return super().steps_per_epoch(batch_size, scale_factor)

    @functools.cached_property
    def rows(self) -> List[Row]:
        """The rows of all files."""
        return [row for path in self.params.files for row in self._read(path)]

    @functools.cached_property
    def batches(self) -> List[List[int]]:
        """The positions of the rows of each batch, the batch of the smallest ones first."""
        assert self.params.batch_bins is not None
        bins = {index: [row.values.data_bins] for index, row in enumerate(self.rows)}
        return auto_batch_to_same_samples_per_batch(self.params.batch_bins, [bins]) if bins else []

    def generate(self) -> Iterable[Union[Sample, List[Sample]]]:
        """Return the samples of one pass, or its batches."""
        return self.generate_from(0)

    def generate_from(self, index: int) -> Iterable[Union[Sample, List[Sample]]]:
        """Return the samples or batches of one pass without the first ones, which are not loaded."""
        if self.yields_batches():
            batches = (self.batches[number] for number in self._order(len(self.batches)))
            return self.load_batches([self._entry(row) for row in batch] for batch in batches_from(batches, index))
        return self.load(self._entry(number) for number in self._order(len(self))[index:])

    def _order(self, size: int) -> Sequence[int]:
        return self.rng.permutation(size).tolist() if self.mode == PipelineMode.TRAINING else range(size)

    def _entry(self, number: int) -> Entry:
        row = self.rows[number]
        return Entry(number, row.values.to_sample(), row.where)

    def _read(self, path: str) -> Iterator[Row]:
        """Read a file.

        Raises:
            UserFileNotFoundError: There is no such file, or nothing matches the pattern.
            UserValueError: A row is wrong; the message names the file and the line.
        """
        for line, values in self._columns(path):
            where = f"{path}, line {line}"
            if line == 1 and list(values) == list(CSVTuple._fields[: len(values)]):
                continue  # the names of the columns
            try:
                row = CSVTuple.parse(values)
            except UserValueError as error:
                raise UserValueError(error.what, where=where, expected=error.expected, got=error.got) from error
            if row.gt is None and self.mode in TARGETS_PROCESSOR:
                raise UserValueError(
                    "A row has no ground truth.",
                    where=where,
                    expected="data_path, data_bins, gt",
                    got=str(list(values)),
                )
            yield Row(row, where)

    def _columns(self, path: str) -> Iterator[Tuple[int, List[str]]]:
        """Yield the numbers of the lines and their columns."""
        lines = read_text_lines(path, "file of the samples", f"a row a sample: {COLUMNS}")
        options: Any = {"quoting": csv.QUOTE_NONE} if self.separator == TAB else {"strict": True}
        reader = csv.reader((f"{line}\n" for line in lines), delimiter=self.separator, **options)
        start = 1
        while True:
            try:
                values = next(reader, None)
            except csv.Error as error:
                hint = "a quotation mark within a quoted column is written twice"
                raise UserValueError(
                    "A row cannot be read.", where=f"{path}, line {start}", got=str(error), hint=hint
                ) from error
            if values is None:
                return
            if any(value.strip() for value in values):
                yield start, values
            start = reader.line_num + 1


class TSVGenerator(CSVGenerator):
    """Generates a sample for each row of files whose columns are separated by tabs."""

    def __init__(self, **kwargs: Any):
        super().__init__(TAB, **kwargs)


class SCSVGenerator(CSVGenerator):
    """Generates a sample for each row of files whose columns are separated by semicolons."""

    def __init__(self, **kwargs: Any):
        super().__init__(";", **kwargs)


def _resolve(path: str) -> List[str]:
    return [path] if os.path.exists(path) else glob_all(path)
