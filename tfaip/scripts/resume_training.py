# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-resume-training``: continue a training from its newest checkpoint."""

import os
from typing import TYPE_CHECKING, List, Optional

from tfaip.params.codec import params_to_dict
from tfaip.params.diff import diff_params
from tfaip.scenario.paramsfile import read_params_dict
from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.scripts.training import add_json_argument, create_trainer, load_trainer_params, run_trainer, training_view
from tfaip.trainer.checkpoint.runstate import point_to_run
from tfaip.trainer.resume.fixed import check_fixed, kept_parameters
from tfaip.trainer.state import keep_schedule_state
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the run."""
    parser = TFAIPArgumentParser(
        prog="tfaip-resume-training",
        description="Continue a training. Its parameters are read from the directory of the run; flags change them, "
        "unless that would break the run.",
    )
    parser.add_argument(
        "output_dir", metavar="OUTPUT_DIR", help="the output directory of the training, or one of its checkpoints"
    )
    add_trust_argument(parser)
    add_json_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: If there is no such run, flags or values are wrong, or they would break the run.
    """
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args, is_positional=os.path.exists)
    trust_packages(plain.trust)
    with training_view(plain.json) as view:
        set_log_level_of_tensorflow(args, read_params_dict(plain.output_dir))
        params = parse_params(parser, plain.output_dir, args)
        run_trainer(create_trainer(params, restore=True), append_log=True, view=view)
    return 0


def parse_params(parser: TFAIPArgumentParser, run: str, args: Optional[List[str]] = None) -> "TrainerParams":
    """Return the parameters with which a training goes on.

    Args:
        parser: Has the arguments of the program; the parameters of the training are added.
        run: The output directory of the training, or one of its checkpoints.
        args: The command line, default: the one of the process.

    Raises:
        UserError: If there is no such run, flags or values are wrong, or they would break the run.
    """
    stored = load_trainer_params(run)
    point_to_run(stored, run)
    before, schedule_cls = params_to_dict(stored), type(stored.learning_rate)
    parser.add_root_argument("trainer", type(stored), default=stored)
    parser.keep(kept_parameters(run))
    params: TrainerParams = parser.parse_args(args).trainer
    # the same directory, maybe by another name
    params.output_dir = stored.output_dir
    if type(params.learning_rate) is not schedule_cls:
        keep_schedule_state(params, before["learning_rate"])
    check_fixed(diff_params(before, params_to_dict(params), all_fields=True), run)
    return params


def run() -> None:
    """Entry of the console script."""
    run_program(main, ends_in_order=True)


if __name__ == "__main__":
    run()
