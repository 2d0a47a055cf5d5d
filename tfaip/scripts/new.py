# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-new``: write a scenario to begin with, which trains at once on toy data."""

import argparse
import os
import shlex
from typing import List, Optional

from tfaip.scripts.common import run_program
from tfaip.scripts.newscenario.name import NAME, check_name
from tfaip.scripts.newscenario.template import TEMPLATES, commands, fill, read_template, write_scenario
from tfaip.util.errors import UserError
from tfaip.util.tfaipargparse import TFAIPArgumentParser

PROGRAM = "tfaip-new"


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog=PROGRAM,
        description="Write a scenario with its tests that trains at once on toy data; replace its parts one by one.",
        add_show=False,
    )
    parser.add_argument("name", metavar=NAME, help="the name of its package, such as my_task")
    parser.add_argument(
        "--template",
        choices=tuple(TEMPLATES),
        default=next(iter(TEMPLATES)),
        help="what it is made of: " + "; ".join(f"{name}: {summary}" for name, summary in TEMPLATES.items()),
    )
    parser.add_argument(
        "--output_dir", metavar="DIR", default=os.curdir, help="the folder that it is written into, as a package NAME"
    )
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: The name cannot be used, there is no such template, or the folder cannot be written.
    """
    options = create_parser().parse_args(args)
    _check_folder(options.output_dir)
    check_name(options.name, options.output_dir)
    texts = fill(read_template(options.template), options.name)
    write_scenario(os.path.join(options.output_dir, options.name), texts, options.template)
    _print_commands(options, commands(texts))
    return 0


def _check_folder(folder: str) -> None:
    if os.path.lexists(folder) and not os.path.isdir(folder):
        raise UserError("This is no folder.", where="--output_dir", expected="a folder, or a new name", got=folder)


def _print_commands(options: argparse.Namespace, lines: List[str]) -> None:
    path = os.path.normpath(os.path.join(options.output_dir, options.name))
    print(f"{path} is a scenario that trains on toy data. Go on with\n")
    if os.path.normpath(options.output_dir) != os.curdir:
        print(f"  cd {shlex.quote(options.output_dir)}")
    for line in lines:
        print(f"  {line}")
    print(f"\nand replace its parts: see {os.path.join(path, 'README.md')}.")


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
