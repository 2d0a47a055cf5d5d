# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs note``: note something about a run."""

from typing import List, Optional

from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.runs.format.run import RunInfo
from tfaip.runs.reading.editing import edit_run
from tfaip.util.plaintext import without_controls


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-runs note", description="Print the note about a run, or write one.", add_show=False
    )
    parser.add_argument("run", metavar="RUN", help="the directory of a run")
    parser.add_argument("text", metavar="TEXT", nargs="?", help="the note; an empty one removes it")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: There is no such run, or it has no record.
    """
    options = create_parser().parse_args(args)

    def change(info: RunInfo) -> None:
        info.note = info.note if options.text is None else options.text

    info = edit_run(options.run, change)
    if info.note:
        print(without_controls(info.note))
    return 0
