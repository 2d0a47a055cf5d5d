# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-train-from-params``: start a new training with stored parameters."""

import os
from typing import List, Optional

from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.training import (
    check_output_dir_is_free,
    create_trainer,
    load_trainer_params,
    run_trainer,
    set_log_level_of_tensorflow,
)
from tfaip.util.tfaipargparse import TFAIPArgumentParser


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the stored parameters."""
    parser = TFAIPArgumentParser(
        prog="tfaip-train-from-params",
        description="Start a new training with the parameters of another one; they may be changed.",
    )
    parser.add_argument(
        "params_file", metavar="PARAMS_FILE", help="a trainer_params.json, or the directory that holds it"
    )
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: If there are no such parameters, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args, is_positional=os.path.exists)
    trust_packages(plain.trust)
    stored = load_trainer_params(plain.params_file)
    parser.add_root_argument("trainer", type(stored), default=stored)
    params = parser.parse_args(args).trainer
    check_output_dir_is_free(params)
    run_trainer(create_trainer(params, restore=False), append_log=False)
    return 0


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
