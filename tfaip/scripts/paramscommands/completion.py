# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-params completion``: the code that lets a shell complete the programs."""

from typing import List, Optional

from tfaip.util.tfaipargparse import TFAIPArgumentParser

SHELLS = ("bash", "zsh")
OTHER_PROGRAMS = (
    "tfaip-dashboard",
    "tfaip-evaluate",
    "tfaip-benchmark-scenario-input-pipeline",
    "tfaip-experimenter",
    "tfaip-new",
    "tfaip-params",
    "tfaip-runs",
    "tfaip-sweep",
)


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-params completion",
        description="Print the code that lets a shell complete scenarios, flags and choices of all programs. "
        'For this shell: eval "$(tfaip-params completion bash)".',
        add_show=False,
    )
    parser.add_argument("shell", metavar="SHELL", choices=SHELLS, help="the shell")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the command.

    Raises:
        UserError: There is no such shell.
    """
    shell = create_parser().parse_args(args).shell
    # imported late: the help does not need it
    from argcomplete.shell_integration import shellcode

    print(shellcode(programs(), shell=shell))
    return 0


def programs() -> List[str]:
    """Return the names of all programs."""
    from tfaip.scripts.scenarioparser import SCENARIO_PROGRAMS

    return sorted([*SCENARIO_PROGRAMS, *OTHER_PROGRAMS])
