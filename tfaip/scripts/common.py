# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What all command line programs share: logging, and how errors end a program."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import List, NoReturn, Optional

from tfaip.util.errors import UserError
from tfaip.util.file.systemlimits import is_system_limit
from tfaip.util.kerasversion import check_keras_3
from tfaip.util.logging import setup_logging
from tfaip.util.plaintext import without_controls
from tfaip.util.termination import end_in_order
from tfaip.util.trust import trust_package

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130
# set by the shell that asks for completions
COMPLETION_VARIABLE = "_ARGCOMPLETE"


def add_trust_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--trust``, for programs that read files which name classes."""
    parser.add_argument(
        "--trust",
        nargs="+",
        action="extend",
        default=[],
        metavar="PACKAGE",
        help="let files name the code of this package, also if it is found in the working directory only",
    )


def trust_packages(names: List[str]) -> None:
    """Trust the packages of ``--trust``.

    Raises:
        UserError: One is not the name of a package.
    """
    for name in names:
        trust_package(name)


def run_program(main: Callable[[Optional[List[str]]], Optional[int]], ends_in_order: bool = False) -> NoReturn:
    """Run a program with the command line of this process and leave the process.

    A mistake of the user is told without a traceback (exit code 2), an interrupt in one line (130). Any other error is
    one of ours and keeps its traceback (1).

    Args:
        main: Called with the arguments; returns the exit code, None counts as 0.
        ends_in_order: Let SIGTERM raise :class:`tfaip.util.termination.Terminated` (143).
    """
    if COMPLETION_VARIABLE in os.environ:
        # imported late: only the shell asks for completions
        from tfaip.scripts.completion.finder import answer

        answer(main.__module__)
    if ends_in_order:
        end_in_order()
    try:
        check_keras_3()
        setup_logging()
        code = main(sys.argv[1:]) or 0
    except UserError as error:
        print(f"error: {error.render()}", file=sys.stderr)
        code = EXIT_USER_ERROR
    except OSError as error:
        if not is_system_limit(error):
            raise
        where = without_controls(str(error.filename or "the file system"), line_breaks=False)
        print(f"error: {error.strerror}\n  where:    {where}", file=sys.stderr)
        code = EXIT_USER_ERROR
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        code = EXIT_INTERRUPTED
    sys.exit(code)
