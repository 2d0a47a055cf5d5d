# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs diff``: compare parameters, code and packages of two runs."""

import json
from typing import Iterator, List, Optional

from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.params.diff.table import format_table
from tfaip.params.diff.table import to_json as params_to_json
from tfaip.runs.compare.code import (
    Changes,
    CodeDifference,
    code_difference,
    packages_of,
    patch_difference,
    text_difference,
)
from tfaip.runs.reading.run import Run
from tfaip.runs.table.text import NOTHING, aligned
from tfaip.scripts.runscommands.params import compare_trees
from tfaip.util.plaintext import without_controls

EXIT_EQUAL = 0
EXIT_DIFFERENT = 1


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-runs diff",
        description="Compare two runs: parameters, commit and files of the code, packages. Exit code 0: equal, "
        "1: different, 2: a mistake.",
        add_show=False,
    )
    for name in ("a", "b"):
        parser.add_argument(name, metavar=name.upper(), help="the directory of a run")
    parser.add_argument("--code", action="store_true", help="print the lines of the code that differ")
    parser.add_argument(
        "--all", action="store_true", dest="all_fields", help="also state and origin: epoch, best value, paths, ids"
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON for programs")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command and return its exit code.

    Raises:
        UserError: There is no such run.
    """
    options = create_parser().parse_args(args)
    first, second = Run.open(options.a), Run.open(options.b)
    compare = compare_trees(options.all_fields)
    params = compare(first.params_tree() or {}, second.params_tree() or {})
    code = code_difference(first, second)
    lines = list(_code_lines(first, second, code)) if options.code else []
    if options.as_json:
        content = {"a": options.a, "b": options.b, "params": params_to_json(params), "commits": code.commits}
        content.update(files=vars(code.files), packages=vars(code.packages), diff=lines)
        print(json.dumps(content, indent=1, allow_nan=False))
    else:
        blocks = [format_table(params, options.a, options.b).splitlines() if params else []]
        blocks += [_code_block(code), _packages_block(first, second, code.packages), lines]
        print("\n\n".join("\n".join(map(without_controls, block)) for block in blocks if block))
    is_different = params or code.files or code.packages or code.commits[0] != code.commits[1]
    return EXIT_DIFFERENT if is_different else EXIT_EQUAL


def _code_block(code: CodeDifference) -> List[str]:
    lines = []
    if code.commits[0] != code.commits[1]:
        lines.append(f"commit  {code.commits[0] or NOTHING}  {code.commits[1] or NOTHING}")
    if not code.compared:
        return [*lines, "The files are not compared: not both runs have a snapshot of their code."]
    for mark, paths in (("-", code.files.removed), ("+", code.files.added), ("M", code.files.changed)):
        lines += [f"{mark} {path}" for path in paths]
    return lines


def _packages_block(first: Run, second: Run, changes: Changes) -> List[str]:
    names = sorted([*changes.added, *changes.removed, *changes.changed])
    versions = packages_of(first), packages_of(second)
    rows = [[name, *(found.get(name, NOTHING) for found in versions)] for name in names]
    return aligned([["package", "", ""], *rows]) if rows else []


def _code_lines(first: Run, second: Run, code: CodeDifference) -> Iterator[str]:
    if code.compared:
        return text_difference(first.code(), second.code(), code.files)
    return patch_difference(first.code(), second.code())
