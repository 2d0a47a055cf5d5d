# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs compare``: compare parameters and values of several runs."""

import json
import shutil
from typing import Any, Dict, Iterator, List, Optional, Sequence

from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.params.diff.compare import MISSING
from tfaip.runs.compare.params import ParamRow, differing_params
from tfaip.runs.compare.sparkline import sparkline
from tfaip.runs.compare.values import Curves, ValueRow, names_of_values, value_row
from tfaip.runs.format.values import to_json
from tfaip.runs.reading.curves import Point, epoch_curves
from tfaip.runs.reading.run import Run
from tfaip.runs.reading.summary import RunSummary
from tfaip.runs.table.text import NOTHING, aligned, show_number
from tfaip.scripts.runscommands.arguments import add_directories, runs_in
from tfaip.scripts.runscommands.params import compare_trees
from tfaip.util.errors import UserError, did_you_mean

_MOST_NAMES = 8
_WIDEST = 32


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-runs compare",
        description="Compare runs: the parameters in which they differ, and their values with small curves.",
        add_show=False,
    )
    add_directories(parser)
    parser.add_argument(
        "--metric", metavar="NAME", action="append", default=[], help="only this value; can be given several times"
    )
    parser.add_argument("--all", action="store_true", dest="all_values", help="all values, not only the first ones")
    parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON for programs")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: A directory or the name of a value is wrong.
    """
    options = create_parser().parse_args(args)
    summaries = runs_in(options.directories)
    if not summaries:
        return 0
    runs = [Run(summary.path) for summary in summaries]
    curves = [epoch_curves(run.values()) for run in runs]
    names = names_of_values(curves, [summary.primary for summary in summaries])
    _check_names(options.metric, names)
    params = differing_params([run.params_tree() for run in runs], compare_trees())
    if options.as_json:
        content = _to_json(summaries, params, curves, options.metric or names)
        print(json.dumps(to_json(content), indent=1, allow_nan=False))
        return 0
    for line in _runs_block(summaries):
        print(line)
    for block in (_params_block(params, len(runs)), _values_block(summaries, curves, _shown(options, names))):
        print("\n".join(["", *block]))
    if not options.metric and not options.all_values and len(names) > _MOST_NAMES:
        print(f"\n{len(names) - _MOST_NAMES} more (--all): {', '.join(names[_MOST_NAMES:])}")
    return 0


def _check_names(wanted: Sequence[str], names: Sequence[str]) -> None:
    for name in wanted:
        if name not in names:
            raise UserError(
                f"No run has values of {name}.",
                where="--metric",
                expected=", ".join(names),
                hint=did_you_mean(name, names),
            )


def _shown(options: Any, names: List[str]) -> List[str]:
    return options.metric or (names if options.all_values else names[:_MOST_NAMES])


def _runs_block(summaries: Sequence[RunSummary]) -> List[str]:
    rows = [["", "run", "state", "epoch", "metric", "best"]]
    for number, run in enumerate(summaries, start=1):
        metric = run.primary.name if run.primary else NOTHING
        rows.append([f"[{number}]", run.label, run.state.value, str(run.epoch), metric, show_number(run.best_or_last)])
    return aligned(rows, right=(3, 5), widest=60)


def _params_block(params: Sequence[ParamRow], count: int) -> List[str]:
    if not params:
        return ["All parameters are the same."]
    texts = [row.texts() for row in params]
    width = shutil.get_terminal_size().columns
    lines: List[str] = []
    for first, last in _columns_that_fit([[row.path for row in params], *zip(*texts, strict=True)], width):
        rows = [["parameter", *(f"[{number + 1}]" for number in range(first, last))]]
        rows += [[row.path, *cells[first:last]] for row, cells in zip(params, texts, strict=True)]
        lines += [
            *([""] if lines else []),
            *aligned(rows, widest=None if count == 1 else max(_WIDEST, _longest(params))),
        ]
    return lines


def _longest(params: Sequence[ParamRow]) -> int:
    return max(len(row.path) for row in params)


def _columns_that_fit(columns: Sequence[Sequence[str]], width: int) -> Iterator[Any]:
    """Yield from which run to which the columns fit on the terminal, one at least."""
    sizes = [min(max(_WIDEST, len(columns[0])), max(map(len, column))) + 2 for column in columns]
    left = max(map(len, columns[0])) + 2
    first, used = 0, left
    for index, size in enumerate(sizes[1:]):
        if used + size > width and index > first:
            yield first, index
            first, used = index, left
        used += size
    yield first, len(sizes) - 1


def _values_block(summaries: Sequence[RunSummary], curves: Sequence[Curves], names: Sequence[str]) -> List[str]:
    if not names:
        return ["There are no values."]
    rows = [["value", "run", "curve", "last", "least", "at epoch", "largest", "at epoch"]]
    for name in names:
        for number, found in enumerate(curves, start=1):
            if name in found and found[name].points:
                rows.append([name, f"[{number}]", *_cells(value_row(found[name]))])
    return aligned(rows, right=(3, 4, 5, 6, 7))


def _cells(row: ValueRow) -> List[str]:
    curve = sparkline(row.curve.values)
    return [curve, show_number(row.last.value), *_extreme(row.least), *_extreme(row.largest)]


def _extreme(point: Optional[Point]) -> List[str]:
    return [NOTHING, NOTHING] if point is None else [show_number(point.value), f"{point.epoch:g}"]


def _to_json(
    summaries: Sequence[RunSummary], params: Sequence[ParamRow], curves: Sequence[Curves], names: Sequence[str]
) -> Dict[str, Any]:
    return {
        "runs": [summary.to_json() for summary in summaries],
        "params": [
            {"path": row.path, "values": [None if value is MISSING else value for value in row.values]}
            for row in params
        ],
        "values": [
            {
                "name": name,
                "run": index,
                "level": found[name].level.value,
                "points": [p._asdict() for p in found[name].points],
            }
            for name in names
            for index, found in enumerate(curves)
            if name in found
        ],
    }
