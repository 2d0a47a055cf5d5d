# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-experimenter``: run the experiments that are the rows of a sheet."""

from typing import List, Optional

from tfaip.scripts.common import run_program
from tfaip.util.tfaipargparse import TFAIPArgumentParser

PROGRAM = "tfaip-experimenter"


def create_parser() -> TFAIPArgumentParser:
    """Return the parser."""
    parser = TFAIPArgumentParser(
        prog=PROGRAM,
        description="Run the experiments that are the rows of a sheet, one in each slot. All rows are checked before "
        "the first one starts. A sheet that was interrupted goes on where it was.",
        add_show=False,
    )
    parser.add_argument("--xlsx", metavar="FILE", required=True, help="the sheet, .xlsx or .csv")
    parser.add_argument("--gpus", metavar="GPU", nargs="+", help="run an experiment on each of these GPUs")
    parser.add_argument(
        "--cpus", metavar="NAME", nargs="+", help="run an experiment without GPU in each of these slots: 0 1 are two"
    )
    parser.add_argument("--python", metavar="EXE", help="the Python that runs the experiments, default: this one")
    parser.add_argument(
        "--update", action="store_true", help="run nothing; append a sheet with the results of the experiments"
    )
    parser.add_argument("--dry_run", action="store_true", help="check the rows and print the commands")
    parser.add_argument("--cleanup", action="store_true", help="remove the runs that CLEANUP marks without asking")
    parser.add_argument(
        "--retries", metavar="N", type=int, default=0, help="start an experiment that has crashed again, N times"
    )
    parser.add_argument(
        "--restart", action="store_true", help="forget which experiments have been started or have finished before"
    )
    parser.add_argument("--no_use_tsp", action="store_true", help="has no effect: task-spooler is not needed")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: The sheet or the flags have mistakes; nothing was started then.
    """
    options = create_parser().parse_args(args)
    # imported late: the help does not need it
    from tfaip.scripts.xlsxexperimenter.run_xlsx_experimenter import XLSXExperimenter

    return XLSXExperimenter(
        options.xlsx,
        gpus=options.gpus,
        cpus=options.cpus,
        dry_run=options.dry_run,
        python=options.python,
        update_mode=options.update,
        cleanup=options.cleanup,
        retries=options.retries,
        restart=options.restart,
    ).run()


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
