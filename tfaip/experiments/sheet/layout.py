# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The three rows at the head of a sheet: what its columns hold."""

from dataclasses import dataclass, field
from typing import Dict, List, Optional

from tfaip.experiments.sheet.grid import Grid
from tfaip.experiments.sheet.mistakes import at_cell
from tfaip.experiments.sheet.parameter import NO_GROUP, Parameter
from tfaip.params.cli.errors import Mistake
from tfaip.util.errors import UserError, did_you_mean

HEAD_ROW, GROUP_ROW, NAME_ROW = 1, 2, 3
FIRST_ROW = 4

USER, RESULT, SKIP, ID, CLEANUP, PARAMS = "USER", "RESULT", "SKIP", "ID", "CLEANUP", "PARAMS"
# the seed's header and the published one
SCRIPT, COMMAND, SCENARIO = "SCRIPT", "COMMAND", "SCENARIO"
KNOWN = (USER, RESULT, SKIP, SCRIPT, COMMAND, SCENARIO, ID, CLEANUP, PARAMS)
REQUIRED = (SKIP, ID, PARAMS)
# means the group of the column before, as an empty cell does
_SAME_GROUP = "EMPTY"


@dataclass(frozen=True)
class ParameterColumn:
    """A column of values.

    Attributes:
        column: Its number.
        group: Its group, ``default`` for none.
        parameter: What it holds.
    """

    column: int
    group: str
    parameter: Parameter

    @property
    def path(self) -> str:
        """The whole name of the parameter."""
        return self.parameter.path(self.group)


@dataclass
class Layout:
    """What the columns of a sheet hold.

    Attributes:
        columns: The columns in front of the parameters, by their name.
        parameters: The others, in the order of the command line.
        mistakes: What is wrong with the head of the sheet.
    """

    columns: Dict[str, int] = field(default_factory=dict)
    parameters: List[ParameterColumn] = field(default_factory=list)
    mistakes: List[Mistake] = field(default_factory=list)

    @property
    def command(self) -> Optional[int]:
        """The column of the program."""
        return self.columns.get(SCRIPT, self.columns.get(COMMAND))


def read_layout(grid: Grid) -> Layout:
    """Read the head of a sheet."""
    layout = Layout()
    names = {}
    for column in range(1, grid.n_columns + 1):
        name = grid.text(HEAD_ROW, column).upper()
        if name in KNOWN and name in layout.columns:
            layout.mistakes.append(Mistake(f"The column {name} stands there twice.", where=grid.name(HEAD_ROW, column)))
        if name:
            names[name] = column
        if name in KNOWN:
            layout.columns.setdefault(name, column)
        if name == PARAMS:
            break
    _check_columns(grid, layout, list(names))
    if PARAMS in layout.columns:
        _read_parameters(grid, layout)
    return layout


def _check_columns(grid: Grid, layout: Layout, names: List[str]) -> None:
    unknown = [name for name in names if name not in KNOWN]
    missing = [name for name in REQUIRED if name not in layout.columns]
    if layout.command is None:
        missing.append(SCRIPT)
    for name in missing:
        what = f"The column {name} is missing in the first row."
        if name == SCRIPT:
            what = f"The first row has neither {SCRIPT} nor {COMMAND}, the program to run."
        near = did_you_mean(name, unknown, n=1)
        layout.mistakes.append(
            Mistake(what, where=grid.name(HEAD_ROW, 1), got=", ".join(names) or "an empty row", hint=near)
        )
    if SCRIPT in layout.columns and COMMAND in layout.columns:
        cell = grid.name(HEAD_ROW, layout.columns[COMMAND])
        layout.mistakes.append(Mistake(f"There are both {SCRIPT} and {COMMAND}.", where=cell, hint="Remove one."))


def _read_parameters(grid: Grid, layout: Layout) -> None:
    group = NO_GROUP
    seen: Dict[str, int] = {}
    columns: List[ParameterColumn] = []
    for column in range(layout.columns[PARAMS], grid.n_columns + 1):
        new_group, label = grid.text(GROUP_ROW, column), grid.text(NAME_ROW, column)
        if new_group and new_group != _SAME_GROUP:
            group = new_group.lstrip("-")
        if not label:
            _check_is_empty(grid, layout, column)
            continue
        try:
            parameter = Parameter.parse(label, is_sub_param=group != NO_GROUP)
        except UserError as error:
            mistake = Mistake(error.what, error.expected, error.got, error.hint)
            layout.mistakes.append(at_cell(mistake, grid.name(NAME_ROW, column)))
            continue
        found = ParameterColumn(column, group, parameter)
        if found.path in seen:
            layout.mistakes.append(
                Mistake(
                    f"The parameter {found.path} stands there twice.",
                    where=f"{grid.name(NAME_ROW, seen[found.path])} and {grid.name(NAME_ROW, column)}",
                )
            )
        seen[found.path] = column
        columns.append(found)
    # as the published program does: those without group first
    layout.parameters = sorted(columns, key=lambda found: found.parameter.is_sub_param)


def _check_is_empty(grid: Grid, layout: Layout, column: int) -> None:
    filled = next((row for row in range(FIRST_ROW, grid.n_rows + 1) if grid.text(row, column)), None)
    if filled is not None:
        layout.mistakes.append(
            Mistake(
                "A column has values but no name.",
                where=grid.name(NAME_ROW, column),
                expected="the name of a parameter",
                got=f"{grid.text(filled, column)} in {grid.name(filled, column)}",
            )
        )
