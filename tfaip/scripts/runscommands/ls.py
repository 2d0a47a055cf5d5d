# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs ls``: list runs with state, progress and values."""

import argparse
import json
import os
import sys
from typing import Any, Dict, List, Optional, Sequence

from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.runs.reading.indexedparams import IndexedParams
from tfaip.runs.reading.summary import RunSummary, ShownState
from tfaip.runs.table.columns import Column, Columns
from tfaip.runs.table.conditions import Condition
from tfaip.runs.table.order import in_order
from tfaip.runs.table.text import aligned
from tfaip.scripts.runscommands.arguments import add_directories, runs_in

_WIDEST = 60


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-runs ls",
        description="List the runs in directories. A COLUMN is one of those that are shown, path, id, name, scenario, "
        "phase, step, best_epoch, created, updated, sessions, error, the name of a value such as val_acc, or the path "
        "of a parameter or its end, such as learning_rate.lr.",
        add_show=False,
    )
    add_directories(parser)
    parser.add_argument(
        "--where",
        metavar="CONDITION",
        action="append",
        default=[],
        help="only runs with this: COLUMN, one of = != < <= > >= ~ (contains), VALUE, such as 'val_acc>0.9', "
        "optimizer=Adam, 'name=mnist*'; can be given several times",
    )
    parser.add_argument(
        "--state", action="append", default=[], choices=[state.value for state in ShownState], help="only runs in this"
    )
    parser.add_argument("--sort", metavar="COLUMN", help="the order (default: the last one that was started first)")
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument("--columns", metavar="COLUMN", action="append", help="show these, separated by commas")
    parser.add_argument("--add", metavar="COLUMN", action="append", help="show these, too, separated by commas")
    parser.add_argument("--limit", metavar="N", type=int, help="at most so many runs")
    parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON for programs")
    parser.add_argument("--csv", action="store_true", dest="as_csv", help="print CSV")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: A directory, column or condition is wrong.
    """
    options = create_parser().parse_args(args)
    runs = runs_in(options.directories)
    params = IndexedParams(options.directories or [os.curdir])
    columns = Columns(runs, lambda run: params.of(run.path))
    shown = _shown(columns, options)
    runs = _wanted(runs, columns, options)
    params.save()
    if options.as_json:
        print(json.dumps([_to_json(run, shown) for run in runs], indent=1, allow_nan=False))
    elif options.as_csv:
        _print_csv(runs, shown)
    elif runs:
        rows = [[column.name for column in shown]] + [
            [column.show(column.get(run)) for column in shown] for run in runs
        ]
        right = [index for index, column in enumerate(shown) if column.is_number and not column.is_time]
        print("\n".join(aligned(rows, right, _WIDEST)))
    return 0


def _shown(columns: Columns, options: argparse.Namespace) -> List[Column]:
    names = _names(options.columns)
    shown = [columns.find(name) for name in names] if names else columns.defaults()
    return shown + [columns.find(name) for name in _names(options.add)]


def _names(lists: Optional[Sequence[str]]) -> List[str]:
    return [name.strip() for text in lists or [] for name in text.split(",") if name.strip()]


def _wanted(runs: List[RunSummary], columns: Columns, options: argparse.Namespace) -> List[RunSummary]:
    conditions = [Condition(text, columns) for text in options.where]
    order = columns.find(options.sort or "started")
    runs = [run for run in runs if not options.state or run.state.value in options.state]
    runs = [run for run in runs if all(condition.holds(run) for condition in conditions)]
    runs = in_order(runs, order, reverse=options.reverse != (options.sort is None))
    return runs[: options.limit] if options.limit is not None else runs


def _to_json(run: RunSummary, shown: Sequence[Column]) -> Dict[str, Any]:
    from tfaip.runs.format.values import to_json

    return {**run.to_json(), "columns": to_json({column.name: column.get(run) for column in shown})}


def _print_csv(runs: Sequence[RunSummary], shown: Sequence[Column]) -> None:
    # imported late: a table for people needs none
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([column.name for column in shown])
    for run in runs:
        writer.writerow([_cell(column.get(run)) for column in shown])


def _cell(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
