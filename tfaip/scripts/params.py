# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-params``: work with parameters without running anything."""

from typing import List, Optional

from tfaip.scripts.common import run_program
from tfaip.scripts.subcommands import Command, run_command

PROGRAM = "tfaip-params"
SUMMARY = "Work with parameters without running anything."
COMMANDS = {
    "completion": Command("tfaip.scripts.paramscommands.completion", "print the code for completion in bash or zsh"),
    "diff": Command("tfaip.scripts.paramscommands.diff", "compare the parameters of two runs, models or files"),
    "schema": Command("tfaip.scripts.paramscommands.schema", "print the JSON Schema of a scenario's parameters"),
}


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: There is no such command, or its flags or values are wrong.
    """
    return run_command(PROGRAM, SUMMARY, COMMANDS, args)


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
