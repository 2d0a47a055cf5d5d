# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The cells of a sheet as texts, wherever they come from."""

import csv
import datetime
import io
import math
import os
import warnings
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Tuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tfaip.util.errors import UserError, UserFileNotFoundError

Position = Tuple[int, int]

CSV_ENDING = ".csv"
EXCEL_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_DELIMITERS = ",;\t"
# what a spreadsheet shows of a number; more digits are noise of its formulas
_DIGITS = 15


@dataclass
class Grid:
    """The cells of a sheet.

    Attributes:
        path: The file.
        title: The name of the sheet, which begins the names of its cells.
        texts: What stands in the cells, by row and column, both from 1 on; empty ones are left out.
        problems: Cells whose value cannot be used, with what they hold.
    """

    path: str
    title: str
    texts: Dict[Position, str] = field(default_factory=dict)
    problems: Dict[Position, str] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """The number of the last row that holds something."""
        return max((row for row, _ in self._filled()), default=0)

    @property
    def n_columns(self) -> int:
        """The number of the last column that holds something."""
        return max((column for _, column in self._filled()), default=0)

    def text(self, row: int, column: Optional[int]) -> str:
        """Return what stands in a cell, without space around it; nothing if there is no such column."""
        return "" if column is None else self.texts.get((row, column), "").strip()

    def name(self, row: int, column: int) -> str:
        """Return the name of a cell, such as ``Sheet1!K7``."""
        return f"{self.title}!{get_column_letter(column)}{row}"

    def _filled(self) -> Iterator[Position]:
        yield from self.texts
        yield from self.problems


def read_grid(path: str) -> Grid:
    """Read a sheet: the first one of a workbook, or a file of comma-separated values.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserError: It cannot be read.
    """
    if not os.path.isfile(path):
        raise UserFileNotFoundError(
            "There is no such sheet.", where=path, expected="a file .xlsx or .csv", got="no file at this path"
        )
    ending = os.path.splitext(path)[1].lower()
    if ending == CSV_ENDING:
        return _read_csv(path)
    if ending in EXCEL_ENDINGS:
        return _read_workbook(path)
    raise UserError(
        "The sheet is of a kind that cannot be read.",
        where=path,
        expected=f"a file {', '.join(EXCEL_ENDINGS)} or {CSV_ENDING}",
        hint="save it as .xlsx",
    )


def _read_workbook(path: str) -> Grid:
    try:
        title, values = _first_sheet(path, data_only=True)
        _, formulas = _first_sheet(path, data_only=False)
    except Exception as error:
        # the library raises whatever the damage leads to
        raise UserError(
            "The sheet cannot be read.", where=path, expected="a workbook .xlsx", got=f"{type(error).__name__}: {error}"
        ) from error
    grid = Grid(path, title)
    for position, (formula, kind) in formulas.items():
        value, value_kind = values.get(position, (None, ""))
        if kind == "f" and value is None:
            grid.problems[position] = f"the formula {formula} without a value"
        elif value_kind == "e":
            grid.problems[position] = f"the error {value}"
        elif isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
            grid.problems[position] = f"the date or time {value}"
        elif value is not None and str(value).strip():
            grid.texts[position] = _text(value)
    return grid


def _first_sheet(path: str, data_only: bool) -> Tuple[str, Dict[Position, Tuple[Any, str]]]:
    """Return the title and the cells of the first sheet: value and type."""
    with warnings.catch_warnings():
        # about what the library cannot keep when it writes, which it does not
        warnings.simplefilter("ignore")
        workbook = load_workbook(path, read_only=True, data_only=data_only, keep_links=False)
        try:
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()
            cells = {
                (cell.row, cell.column): (cell.value, cell.data_type)
                for row in sheet.iter_rows()
                for cell in row
                if cell.value is not None
            }
            return str(sheet.title), cells
        finally:
            workbook.close()


def _text(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < 10**_DIGITS else f"{value:.{_DIGITS}g}"
    return str(value)


def _read_csv(path: str) -> Grid:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
        rows = _csv_rows(text)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            "The sheet cannot be read.", where=path, expected="comma-separated values in UTF-8", got=str(error)
        ) from error
    grid = Grid(path, os.path.splitext(os.path.basename(path))[0])
    for i, row in enumerate(rows, 1):
        grid.texts.update({(i, j): value for j, value in enumerate(row, 1) if value.strip()})
    return grid


def _csv_rows(text: str) -> List[List[str]]:
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    return list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
