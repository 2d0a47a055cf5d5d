# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-train-from-params``: start a new training with stored parameters."""

import os
from typing import TYPE_CHECKING, List, Optional

from tfaip.scenario.paramsfile import read_params_dict
from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.scripts.training import (
    add_json_argument,
    check_output_dir_is_free,
    create_trainer,
    load_trainer_params,
    start_training,
    training_view,
)
from tfaip.util.errors import UserError
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams


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
    add_json_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: If there are no such parameters, or flags or values are wrong.
    """
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args, is_positional=os.path.exists)
    trust_packages(plain.trust)
    with training_view(plain.json) as view:
        refuse_config(plain.params_file)
        set_log_level_of_tensorflow(args, read_params_dict(plain.params_file))
        params = parse_params(parser, plain.params_file, args)
        check_output_dir_is_free(params)
        start_training(params, lambda: create_trainer(params, restore=False), view)
    return 0


def parse_params(parser: TFAIPArgumentParser, source: str, args: Optional[List[str]] = None) -> "TrainerParams":
    """Return the parameters of the new training.

    Args:
        parser: Has the arguments of the program; the parameters of the training are added.
        source: The stored parameters.
        args: The command line, default: the one of the process.

    Raises:
        UserError: If there are no such parameters, or flags or values are wrong.
    """
    stored = load_trainer_params(source)
    parser.add_root_argument("trainer", type(stored), default=stored)
    former_dirs = stored.output_dir, stored.early_stopping.best_model_output_dir
    params: TrainerParams = parser.parse_args(args).trainer
    move_best_model(params, *former_dirs)
    return params


def refuse_config(path: str) -> None:
    """Refuse a configuration file in YAML: it does not tell the scenario.

    Raises:
        UserError: It is one.
    """
    if path.lower().endswith((".yaml", ".yml")):
        raise UserError(
            "A configuration file does not name its scenario.",
            where=path,
            expected="a trainer_params.json, or the directory that holds it",
            hint=f"tfaip-train SCENARIO --config {path}",
        )


def move_best_model(params: "TrainerParams", former_output_dir: Optional[str], former_best: Optional[str]) -> None:
    """Let the best model go into the new output directory if that of the stored training went into its own."""
    best = params.early_stopping.best_model_output_dir
    if best is not None and best == former_best == former_output_dir:
        params.early_stopping.best_model_output_dir = params.output_dir


def run() -> None:
    """Entry of the console script."""
    run_program(main, ends_in_order=True)


if __name__ == "__main__":
    run()
