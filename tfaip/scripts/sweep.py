# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-sweep``: train a scenario with many values of its parameters."""

from typing import List, Optional

from tfaip.scripts.common import add_trust_argument, run_program
from tfaip.util.tfaipargparse import TFAIPArgumentParser


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog="tfaip-sweep",
        description="Train a scenario with many values of its parameters: all of a grid, some by chance, or those that "
        "Optuna chooses. All values are checked before the first trial starts. A sweep that was interrupted goes on "
        "where it was.",
        add_show=False,
    )
    parser.add_argument("sweep", metavar="SWEEP.yaml", help="the file that describes the sweep")
    parser.add_argument("--gpus", metavar="GPU", nargs="+", help="run a trial on each of these GPUs")
    parser.add_argument(
        "--cpus", metavar="NAME", nargs="+", help="run a trial without GPU in each of these slots: 0 1 are two"
    )
    parser.add_argument("--python", metavar="EXE", help="the Python that runs the trials, default: this one")
    parser.add_argument(
        "--retries", metavar="N", type=int, default=0, help="start a trial that has crashed again, N times"
    )
    parser.add_argument("--dry_run", action="store_true", help="check the sweep, show its trials, and write nothing")
    parser.add_argument("--status", action="store_true", help="run nothing; show the results so far")
    parser.add_argument(
        "--retry_failed", action="store_true", help="run trials again that have failed before (grid and random)"
    )
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: The sweep or the flags have mistakes; nothing was started then.
    """
    options = create_parser().parse_args(args)
    # imported late: the help does not need it
    from tfaip.scripts.sweeps.program import SweepProgram

    program = SweepProgram(options.sweep, options.python, options.trust)
    if options.status:
        return program.show_status()
    if options.dry_run:
        return program.show_plan()
    return program.run(options.gpus, options.cpus, options.retries, options.retry_failed)


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
