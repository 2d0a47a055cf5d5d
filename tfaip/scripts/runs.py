# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-runs``: which trainings there are, how far they are, and in what they differ."""

import os
import sys
from typing import List, Optional

from tfaip.scripts.common import run_program
from tfaip.scripts.subcommands import Command, run_command

# as the shell tells of a program that SIGPIPE has ended
EXIT_READER_GONE = 141
PROGRAM = "tfaip-runs"
SUMMARY = "Look at the output directories of trainings: which there are, how far they are, and in what they differ."
COMMANDS = {
    "ls": Command("tfaip.scripts.runscommands.ls", "list runs with state, progress and values"),
    "show": Command("tfaip.scripts.runscommands.show", "print what is known of a run"),
    "compare": Command("tfaip.scripts.runscommands.compare", "compare parameters and values of several runs"),
    "diff": Command("tfaip.scripts.runscommands.diff", "compare parameters, code and packages of two runs"),
    "report": Command("tfaip.scripts.runscommands.report", "write a page with plots as one HTML file"),
    "tag": Command("tfaip.scripts.runscommands.tag", "mark runs with tags, or take tags away"),
    "note": Command("tfaip.scripts.runscommands.note", "note something about a run"),
}


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: There is no such command, or its flags or values are wrong.
    """
    try:
        code = run_command(PROGRAM, SUMMARY, COMMANDS, args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # the reader, such as head, has seen enough; what is left to be written at the end must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_READER_GONE


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
