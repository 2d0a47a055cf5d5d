# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writers of results: a file appears when all is written, and not at all after an error."""

import csv
import io
import json
import os
from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence

from tfaip.predict.results.rows import Row, TableColumns, to_plain
from tfaip.util.errors import UserError, UserValueError
from tfaip.util.file.atomic import named_after, new_directory, new_file

if TYPE_CHECKING:
    from tfaip.data.pipeline.definitions import Sample
    from tfaip.predict.predictorbase import PredictorBase

RESULTS_FILE = "results.jsonl"
PICTURES_DIR = "pictures"
_ROWS_IN_GROUP = 8192


class ResultWriter(ABC):
    """Writes predicted samples; to be used as a context manager.

    Args:
        path: The file.
        predictor: Tells what of a sample is written (``_result_row``).
    """

    def __init__(self, path: str, predictor: "PredictorBase"):
        self.path = path
        self._predictor = predictor
        self._stack = ExitStack()

    def __enter__(self) -> "ResultWriter":
        with ExitStack() as stack:
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *args: Any) -> None:
        self._stack.__exit__(*args)

    def write(self, sample: "Sample") -> None:
        """Write one predicted sample.

        Raises:
            UserError: It holds something that cannot be written in this format.
        """
        row = {name: to_plain(value, name) for name, value in self._predictor.result_row(sample).items()}
        with named_after(self.path):
            self._write_row(row, sample)

    @abstractmethod
    def _open(self, stack: ExitStack) -> None:
        """Begin; what is entered into the stack ends with the writer, and learns of an error."""

    @abstractmethod
    def _write_row(self, row: Row, sample: "Sample") -> None:
        """Write the plain values of a sample."""


class JsonLinesWriter(ResultWriter):
    """Writes a JSON object for each sample, one a line."""

    def _open(self, stack: ExitStack) -> None:
        self._file = stack.enter_context(new_file(self.path))

    def _write_row(self, row: Row, sample: "Sample") -> None:
        self._file.write(json_line(row))


class TableWriter(ResultWriter):
    """Writes a table: a column for each value that is neither dictionary nor list.

    Args:
        path: The file.
        predictor: See the base class.
        columns: The columns, None for all.
    """

    def __init__(self, path: str, predictor: "PredictorBase", columns: Optional[Sequence[str]] = None):
        super().__init__(path, predictor)
        self._columns = TableColumns(columns, path)


class CsvWriter(TableWriter):
    """Writes a table of text."""

    _writer: Any = None

    def _open(self, stack: ExitStack) -> None:
        file = stack.enter_context(new_file(self.path))
        self._text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        stack.callback(self._text.detach)

    def _write_row(self, row: Row, sample: "Sample") -> None:
        values = self._columns.values(row)
        if self._writer is None:
            self._writer = csv.writer(self._text)
            self._writer.writerow(self._columns.names)
        self._writer.writerow(values.values())


class ParquetWriter(TableWriter):
    """Writes a table in the format Parquet, by groups of rows."""

    _writer: Any = None

    def _open(self, stack: ExitStack) -> None:
        self._rows: List[Row] = []
        self._file = stack.enter_context(new_file(self.path))
        stack.push(self._close)

    def _write_row(self, row: Row, sample: "Sample") -> None:
        self._rows.append(self._columns.values(row))
        if len(self._rows) >= _ROWS_IN_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        import pyarrow
        import pyarrow.parquet

        schema = None if self._writer is None else self._writer.schema
        try:
            table = pyarrow.Table.from_pylist(self._rows, schema=schema)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError) as error:
            raise UserValueError(
                "The results do not fit into a table: a column has values of different types.",
                where=self.path,
                got=str(error),
                hint="choose the columns by --output_columns, or write JSON lines (.jsonl)",
            ) from error
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(self._file, table.schema)
        self._writer.write_table(table)
        self._rows = []

    def _close(self, exc_type: Any, *args: Any) -> None:
        if exc_type is None and (self._rows or self._writer is None):
            self._write_group()
        if self._writer is not None:
            self._writer.close()


class FolderWriter(ResultWriter):
    """Writes a folder with the JSON lines and the pictures that the data class makes of each sample."""

    def _open(self, stack: ExitStack) -> None:
        check_is_free(self.path)
        self._folder = stack.enter_context(new_directory(self.path))
        self._file = stack.enter_context(new_file(os.path.join(self._folder, RESULTS_FILE)))
        self._n_samples = 0

    def _write_row(self, row: Row, sample: "Sample") -> None:
        pictures = self._predictor.data.sample_pictures(sample)
        if pictures:
            row = {**row, PICTURES_DIR: self._write_pictures(pictures)}
        self._file.write(json_line(row))
        self._n_samples += 1

    def _write_pictures(self, pictures: Dict[str, Any]) -> Dict[str, str]:
        from tfaip.data.samplepictures import write_pictures

        folder = os.path.join(self._folder, PICTURES_DIR)
        os.makedirs(folder, exist_ok=True)
        numbered = {f"{self._n_samples:06d}_{name}": picture for name, picture in pictures.items()}
        files = write_pictures(folder, numbered)
        return {name: f"{PICTURES_DIR}/{file}" for name, file in zip(pictures, files.values(), strict=True)}


def check_is_free(path: str) -> None:
    """Check that a folder can be created, or is empty: nothing that somebody else wrote is replaced.

    Raises:
        UserError: There is something.
    """
    if os.path.lexists(path) and not (os.path.isdir(path) and not os.listdir(path)):
        raise UserError(
            "The folder of the results is there already.",
            where=path,
            expected="a new name, or an empty folder",
            hint="choose another name, or remove it",
        )


def json_line(value: Any) -> bytes:
    """Return a line of JSON; what is no Unicode, as in names of files that are not UTF-8, is escaped."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace") + b"\n"
