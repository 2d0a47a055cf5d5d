# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Programs that are made of commands: each command is a module with a ``main(args)``, imported when it is called."""

import importlib
import sys
from typing import Dict, List, NamedTuple, Optional

from tfaip.util.errors import UserValueError, did_you_mean


class Command(NamedTuple):
    """A subcommand: the module whose ``main(args)`` it is, and what it does."""

    module: str
    summary: str


def format_help(program: str, summary: str, commands: Dict[str, Command]) -> str:
    """Return the help of a program.

    Args:
        program: Its name.
        summary: What it does.
        commands: Its commands by their names.
    """
    width = max(map(len, commands)) + 2
    lines = [f"usage: {program} COMMAND ...", "", summary, "", "commands:"]
    lines += [f"  {name.ljust(width)}{command.summary}" for name, command in commands.items()]
    lines += ["", f"{program} COMMAND --help tells more."]
    return "\n".join(lines)


def run_command(program: str, summary: str, commands: Dict[str, Command], args: Optional[List[str]]) -> int:
    """Run the command that a line names and return its exit code.

    Args:
        program: The name of the program.
        summary: What it does.
        commands: Its commands by their names.
        args: The command line (default: the one of the process).

    Raises:
        UserError: There is no such command, or its flags or values are wrong.
    """
    words = list(sys.argv[1:] if args is None else args)
    if words[:1] in (["-h"], ["--help"]):
        print(format_help(program, summary, commands))
        return 0
    command = commands.get(words[0]) if words else None
    if command is None:
        raise UserValueError(
            f"{program} has no command {words[0]}." if words else "COMMAND is required.",
            expected=", ".join(commands),
            hint=(did_you_mean(words[0], commands) if words else None) or f"{program} --help",
        )
    # imported late: each command has its own needs
    return int(importlib.import_module(command.module).main(words[1:]) or 0)
