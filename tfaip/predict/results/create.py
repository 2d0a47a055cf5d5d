# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Choosing the format of the results by the name of the file."""

import importlib.util
import os
from typing import TYPE_CHECKING, Dict, Optional, Sequence, Type

from tfaip.predict.results.writer import (
    CsvWriter,
    FolderWriter,
    JsonLinesWriter,
    ParquetWriter,
    ResultWriter,
    TableWriter,
    check_is_free,
)
from tfaip.util.errors import UserError, UserValueError

if TYPE_CHECKING:
    from tfaip.predict.predictorbase import PredictorBase

FORMATS: Dict[str, Type[ResultWriter]] = {
    ".jsonl": JsonLinesWriter,
    ".ndjson": JsonLinesWriter,
    ".csv": CsvWriter,
    ".parquet": ParquetWriter,
    "": FolderWriter,
}


def check_result_path(path: str, columns: Optional[Sequence[str]] = None) -> None:
    """Check what can be checked before anything is predicted.

    Raises:
        UserError: The format is not known or needs a missing package, columns were chosen for something else than a
            table, or the folder of the results is there already.
    """
    cls = _writer_cls(path)
    if columns and not issubclass(cls, TableWriter):
        raise UserError(
            "Columns can only be chosen for a table.",
            where="--output_columns",
            expected="--output FILE.csv or FILE.parquet",
            got=path,
        )
    if cls is ParquetWriter and importlib.util.find_spec("pyarrow") is None:
        raise UserError(
            "Parquet files need the package pyarrow.",
            where="--output",
            got=path,
            hint="pip install 'tfaip[parquet]', or write FILE.csv or FILE.jsonl",
        )
    if cls is FolderWriter:
        check_is_free(path)


def create_result_writer(
    path: str, predictor: "PredictorBase", columns: Optional[Sequence[str]] = None
) -> ResultWriter:
    """Create the writer of the format that the name of a file tells.

    Args:
        path: ``FILE.jsonl``, ``FILE.csv``, ``FILE.parquet``, or a folder: a name without an ending.
        predictor: Tells what of a sample is written.
        columns: The columns of a table, such as ``outputs.class``. Default: all.

    Raises:
        UserError: See :func:`check_result_path`.
    """
    check_result_path(path, columns)
    cls = _writer_cls(path)
    if issubclass(cls, TableWriter):
        return cls(path, predictor, columns)
    return cls(path, predictor)


def _writer_cls(path: str) -> Type[ResultWriter]:
    ending = os.path.splitext(path.rstrip("/" + os.sep))[1].lower()
    if path.endswith(("/", os.sep)) or os.path.isdir(path):
        return FolderWriter
    if ending not in FORMATS:
        raise UserValueError(
            "The format of the results is not known.",
            where="--output",
            expected="FILE.jsonl, FILE.csv, FILE.parquet, or a folder",
            got=path,
        )
    return FORMATS[ending]


def is_folder(path: str) -> bool:
    """Return whether the results are written to a folder."""
    return _writer_cls(path) is FolderWriter
