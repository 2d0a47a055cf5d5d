# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs report``: write a page with plots as one HTML file."""

from typing import List, Optional

from tfaip.params.cli.parser import TFAIPArgumentParser
from tfaip.runs.report.page import report_page
from tfaip.scripts.outputfiles import check_can_be_written
from tfaip.scripts.runscommands.arguments import add_directories, runs_in
from tfaip.scripts.runscommands.params import compare_trees
from tfaip.util.file.atomic import write_text_atomically

_DEFAULT = "report.html"


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-runs report",
        description="Write a page about runs as one HTML file that needs nothing else: a table, the parameters in "
        "which they differ, plots of their values, and all that is known of each.",
        add_show=False,
    )
    add_directories(parser)
    parser.add_argument("--output", metavar="FILE", default=_DEFAULT, help=f"the file (default: {_DEFAULT})")
    parser.add_argument("--title", metavar="TEXT", help="the title of the page")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: A directory is wrong, or the file cannot be written.
    """
    options = create_parser().parse_args(args)
    check_can_be_written(options.output, "--output")
    runs = runs_in(options.directories)
    if runs:
        write_text_atomically(options.output, report_page(runs, options.title, compare_trees()))
        print(f"{options.output}: {len(runs)} run{'s' if len(runs) > 1 else ''}")
    return 0
