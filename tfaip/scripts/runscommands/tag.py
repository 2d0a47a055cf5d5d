# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs tag``: mark runs with tags, or take tags away."""

from typing import List, Optional

from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.runs.format.run import RunInfo
from tfaip.runs.reading.editing import edit_run
from tfaip.util.errors import UserError


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-runs tag", description="Print the tags of runs, add some, or take some away.", add_show=False
    )
    parser.add_argument("runs", metavar="RUN", nargs="+", help="the directories of runs")
    parser.add_argument("--add", metavar="TAG", action="append", default=[], help="add it; can be given several times")
    parser.add_argument("--remove", metavar="TAG", action="append", default=[], help="take it away")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: There is no such run, or it has no record.
    """
    options = create_parser().parse_args(args)
    if any(not tag.strip() for tag in options.add):
        raise UserError("A tag is empty.", where="--add", expected="a word")

    def change(info: RunInfo) -> None:
        info.tags = [tag for tag in dict.fromkeys([*info.tags, *options.add]) if tag not in options.remove]

    for path in options.runs:
        info = edit_run(path, change)
        print(f"{path}: {', '.join(info.tags) or 'no tags'}")
    return 0
