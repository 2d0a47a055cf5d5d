# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The rows of a sheet: a command for each experiment, each word with the cell that it comes from."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Dict, List, NamedTuple, Optional, Tuple

from tfaip.experiments.sheet.grid import Grid, read_grid
from tfaip.experiments.sheet.layout import (
    CLEANUP,
    FIRST_ROW,
    ID,
    SCENARIO,
    SKIP,
    Layout,
    ParameterColumn,
    read_layout,
)
from tfaip.experiments.sheet.mistakes import SheetErrors
from tfaip.experiments.sheet.parameter import split_words
from tfaip.params.cli.arguments import is_flag
from tfaip.params.cli.errors import Mistake
from tfaip.util.errors import UserError

RESUME_PROGRAM = "tfaip-resume-training"
OUTPUT_DIR = "trainer.output_dir"
_NO = ("", "0", "no", "n", "false", "off", "-")


class Word(NamedTuple):
    """A word of a command line, and the cell that it comes from."""

    text: str
    cell: str


@dataclass(frozen=True)
class Experiment:
    """A row.

    Attributes:
        id: Its name.
        row: Its number.
        words: The command: the program and its arguments.
        values: What stands in the columns of the parameters, by their whole names.
        skip: What stands in SKIP; it is not run unless that is empty.
        cleanup: Whether its output directory is to be removed before it is run.
        cell: The cell of the name.
        cleanup_cell: The cell of CLEANUP.
        output_dir_cell: The cell of the output directory.
    """

    id: str
    row: int
    words: Tuple[Word, ...]
    values: Dict[str, str] = field(default_factory=dict)
    skip: str = ""
    cleanup: bool = False
    cell: str = ""
    cleanup_cell: str = ""
    output_dir_cell: str = ""

    @property
    def argv(self) -> Tuple[str, ...]:
        """The words of the command."""
        return tuple(word.text for word in self.words)

    @property
    def program(self) -> str:
        """The program."""
        return self.words[0].text

    @property
    def output_dir(self) -> Optional[str]:
        """The directory of its results, None if the sheet does not tell it."""
        return self.values.get(OUTPUT_DIR) or None


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Attributes:
        path: The file.
        title: The name of the sheet.
        experiments: Its rows.
        parameters: The columns of the parameters, in their order.
    """

    path: str
    title: str
    experiments: Sequence[Experiment]
    parameters: Sequence[ParameterColumn]


def read_sheet(path: str) -> Tuple[Sheet, List[Mistake]]:
    """Read a sheet.

    Args:
        path: The file.

    Returns:
        The sheet, and what is wrong in its rows.

    Raises:
        UserError: It cannot be read, or its head is wrong.
    """
    grid = read_grid(path)
    layout = read_layout(grid)
    if layout.mistakes:
        raise SheetErrors(path, layout.mistakes)
    reader = _Rows(grid, layout)
    experiments = reader.read()
    if not experiments and not reader.mistakes:
        raise SheetErrors(path, [Mistake("There is no experiment.", where=grid.name(FIRST_ROW, layout.columns[ID]))])
    in_order = sorted(layout.parameters, key=lambda parameter: parameter.column)
    return Sheet(path, grid.title, experiments, in_order), reader.mistakes


class _Rows:
    def __init__(self, grid: Grid, layout: Layout):
        self.mistakes: List[Mistake] = []
        self._grid = grid
        self._layout = layout

    def read(self) -> List[Experiment]:
        found = [self._read(row) for row in range(FIRST_ROW, self._grid.n_rows + 1)]
        experiments = [experiment for experiment in found if experiment is not None]
        active = [experiment for experiment in experiments if not experiment.skip]
        self._check_distinct([(e.id, e.cell) for e in active], "The ID", "a name of its own for each experiment")
        directories = [(os.path.realpath(e.output_dir), e.output_dir_cell) for e in active if e.output_dir]
        self._check_distinct(directories, "The output directory", "a directory for each experiment")
        return experiments

    def _check_distinct(self, named: List[Tuple[str, str]], what: str, expected: str) -> None:
        first: Dict[str, str] = {}
        for name, cell in named:
            if name in first:
                where = f"{first[name]} and {cell}"
                self.mistakes.append(Mistake(f"{what} stands in two rows.", expected, name, where=where))
            first.setdefault(name, cell)

    def _read(self, row: int) -> Optional[Experiment]:
        grid, columns, command = self._grid, self._layout.columns, self._layout.command
        assert command is not None
        skip = grid.text(row, columns[SKIP])
        name, program = grid.text(row, columns[ID]), grid.text(row, command)
        parameters = [
            p for p in self._layout.parameters if grid.text(row, p.column) or (row, p.column) in grid.problems
        ]
        if not name and not program and not parameters:
            return None
        before = len(self.mistakes)
        if not skip:
            self._check_cells(row, [columns[ID], command, columns.get(SCENARIO), *(p.column for p in parameters)])
            self._check_given(row, columns[ID], name, "The experiment has no ID.", "a name, best a running number")
            self._check_given(row, command, program, "The experiment has no program.", "tfaip-train SCENARIO")
        words = self._words(row)
        if skip and (len(self.mistakes) > before or not name):
            # whatever is wrong with it, it is not run
            del self.mistakes[before:]
            return None
        if len(self.mistakes) > before:
            return None
        output_dir = next((p for p in self._layout.parameters if p.path == OUTPUT_DIR), None)
        return Experiment(
            id=name,
            row=row,
            words=tuple(words),
            values={p.path: grid.text(row, p.column) for p in self._layout.parameters},
            skip=skip,
            cleanup=grid.text(row, columns.get(CLEANUP)).lower() not in _NO,
            cell=grid.name(row, columns[ID]),
            cleanup_cell=grid.name(row, columns.get(CLEANUP, columns[ID])),
            output_dir_cell=grid.name(row, output_dir.column if output_dir else columns[ID]),
        )

    def _check_cells(self, row: int, columns: List[Optional[int]]) -> None:
        for column in columns:
            problem = self._grid.problems.get((row, column or 0))
            if problem and column:
                hint = "Format the cell as text and enter the value again."
                if "formula" in problem:
                    hint = "Open the sheet and save it, so that the formula is computed."
                cell = self._grid.name(row, column)
                mistake = Mistake(
                    "The cell holds no value that can be used.", "a text or a number", problem, hint, cell
                )
                self.mistakes.append(mistake)

    def _check_given(self, row: int, column: int, text: str, what: str, expected: str) -> None:
        if not text and (row, column) not in self._grid.problems:
            self.mistakes.append(Mistake(what, expected, "an empty cell", where=self._grid.name(row, column)))

    def _words(self, row: int) -> List[Word]:
        """Return the words of the command, with the mistakes of their cells."""
        positionals = self._split(row, self._layout.command)
        positionals += self._split(row, self._layout.columns.get(SCENARIO))
        flags: List[Word] = []
        is_resumed = bool(positionals) and positionals[0].text == RESUME_PROGRAM
        for found in self._layout.parameters:
            cell = self._grid.name(row, found.column)
            value = self._grid.text(row, found.column)
            if is_resumed and found.path == OUTPUT_DIR and value:
                positionals = [positionals[0], Word(value, cell)]
                continue
            try:
                values = found.parameter.words(value)
            except UserError as error:
                self.mistakes.append(Mistake(error.what, error.expected, error.got, error.hint, cell))
                continue
            if values is not None:
                flags += [Word(text, cell) for text in _flag_words(found.path, values)]
        return positionals + flags

    def _split(self, row: int, column: Optional[int]) -> List[Word]:
        if column is None:
            return []
        cell = self._grid.name(row, column)
        try:
            return [Word(text, cell) for text in split_words(self._grid.text(row, column))]
        except UserError as error:
            self.mistakes.append(Mistake(error.what, error.expected, error.got, error.hint, cell))
            return []


def _flag_words(path: str, values: List[str]) -> List[str]:
    # a value that begins as a flag does
    if len(values) == 1 and is_flag(values[0]):
        return [f"--{path}={values[0]}"]
    return [f"--{path}", *values]
