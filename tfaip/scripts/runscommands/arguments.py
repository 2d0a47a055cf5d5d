# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The arguments and inputs that the commands of ``tfaip-runs`` share."""

import argparse
import os
import sys
from typing import List, Sequence

from tfaip.runs.reading.finding import find_runs
from tfaip.runs.reading.summary import RunSummary


def add_directories(parser: argparse.ArgumentParser) -> None:
    """Add the directories whose runs are meant."""
    parser.add_argument(
        "directories",
        metavar="DIR",
        nargs="*",
        default=[],
        help="runs, or directories with runs (default: the working directory)",
    )


def runs_in(directories: Sequence[str]) -> List[RunSummary]:
    """Return the runs in directories; if there are none, that is told.

    Raises:
        UserError: One of them is no directory.
    """
    found = find_runs(list(directories) or [os.curdir])
    if not found:
        print(f"There are no runs in {', '.join(directories) or 'the working directory'}.", file=sys.stderr)
    return found
