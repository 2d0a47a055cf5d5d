# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-params``: work with parameters without running anything."""

import importlib
import sys
from typing import List, NamedTuple, Optional

from tfaip.scripts.common import run_program
from tfaip.util.errors import UserValueError, did_you_mean

PROGRAM = "tfaip-params"


class Command(NamedTuple):
    """A subcommand: the module whose ``main(args)`` it is, and what it does."""

    module: str
    summary: str


COMMANDS = {
    "completion": Command("tfaip.scripts.paramscommands.completion", "print the code for completion in bash or zsh"),
    "diff": Command("tfaip.scripts.paramscommands.diff", "compare the parameters of two runs, models or files"),
    "schema": Command("tfaip.scripts.paramscommands.schema", "print the JSON Schema of a scenario's parameters"),
}


def format_help() -> str:
    """Return the help of the program."""
    width = max(map(len, COMMANDS)) + 2
    lines = [f"usage: {PROGRAM} COMMAND ...", "", "Work with parameters without running anything.", "", "commands:"]
    lines += [f"  {name.ljust(width)}{command.summary}" for name, command in COMMANDS.items()]
    lines += ["", f"{PROGRAM} COMMAND --help tells more."]
    return "\n".join(lines)


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: There is no such command, or its flags or values are wrong.
    """
    words = list(sys.argv[1:] if args is None else args)
    if words[:1] in (["-h"], ["--help"]):
        print(format_help())
        return 0
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        raise UserValueError(
            f"{PROGRAM} has no command {words[0]}." if words else "COMMAND is required.",
            expected=", ".join(COMMANDS),
            hint=(did_you_mean(words[0], COMMANDS) if words else None) or f"{PROGRAM} --help",
        )
    # imported late: each command has its own needs
    return int(importlib.import_module(command.module).main(words[1:]) or 0)


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
