# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-params diff``: compare the saved parameters of two runs, models or files."""

import json
from typing import List, Optional

from tfaip.util.tfaipargparse import TFAIPArgumentParser

EXIT_EQUAL = 0
EXIT_DIFFERENT = 1


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-params diff",
        description="Compare saved parameters by their place in the tree. Nothing that they name is imported. "
        "Exit code 0: equal, 1: different, 2: a mistake.",
        add_show=False,
    )
    what = "a run, a model directory, a file of parameters, or a configuration file"
    parser.add_argument("a", metavar="A", help=what)
    parser.add_argument("b", metavar="B", help=what)
    parser.add_argument(
        "--all",
        action="store_true",
        dest="all_fields",
        help="also state and origin: epoch, best value, paths, ids, versions",
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON for programs")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command and return its exit code.

    Raises:
        UserError: There are no parameters at one of the paths, or flags or values are wrong.
    """
    from tfaip.params.diff import diff_files
    from tfaip.params.diff.table import format_table, to_json
    from tfaip.scripts.paramscommands.framework import framework

    plain = create_parser().parse_args(args)
    differences = diff_files(plain.a, plain.b, framework(), plain.all_fields)
    if plain.as_json:
        print(json.dumps({"a": plain.a, "b": plain.b, "differences": to_json(differences)}, indent=2))
    elif differences:
        print(format_table(differences, plain.a, plain.b))
    return EXIT_DIFFERENT if differences else EXIT_EQUAL
