# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-train``: train a scenario."""

import argparse
from typing import TYPE_CHECKING, List, Optional, Tuple, Type

from tfaip.scenario.importing import import_scenario, is_importable
from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.scripts.training import add_json_argument, check_output_dir_is_free, start_training, training_view
from tfaip.util.tfaipargparse import TFAIPArgumentParser, post_init

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.display.view import View
    from tfaip.trainer.params import TrainerParams


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of a scenario."""
    parser = TFAIPArgumentParser(
        prog="tfaip-train",
        description="Train a scenario. tfaip-train SCENARIO --help lists its parameters.",
    )
    add_scenario_argument(parser)
    add_json_argument(parser)
    return parser


def parse_args(args: Optional[List[str]] = None) -> "Tuple[Type[ScenarioBase], TrainerParams]":
    """Return the scenario class and the parameters of the training that the command line describes.

    Raises:
        UserError: If there is no such scenario, or flags or values are wrong.
    """
    scenario_cls, parsed = parse_with(create_parser(), args)
    return scenario_cls, parsed.trainer


def parse_with(
    parser: TFAIPArgumentParser, args: Optional[List[str]] = None
) -> "Tuple[Type[ScenarioBase], argparse.Namespace]":
    """Return the scenario class and the parsed line, for programs that are called as ``tfaip-train`` is.

    Args:
        parser: Has the argument ``scenario_selection``; the parameters of the scenario's training are added.
        args: The command line, default: the one of the process.

    Raises:
        UserError: If there is no such scenario, or flags or values are wrong.
    """
    plain, _ = parser.parse_plain_args(args, is_positional=is_importable)
    trust_packages(plain.trust)
    scenario_cls = import_scenario(plain.scenario_selection)
    defaults = scenario_cls.default_trainer_params()
    parser.add_root_argument("trainer", type(defaults), default=defaults)
    # imported late: the help does not need it
    from tfaip.scripts.completion.trees import keep_tree

    keep_tree(parser, plain.scenario_selection)
    return scenario_cls, parser.parse_args(args)


def add_scenario_argument(parser: TFAIPArgumentParser) -> None:
    """Add the argument that names the scenario, and ``--trust``."""
    parser.add_argument(
        "scenario_selection",
        metavar="SCENARIO",
        help="the scenario: package, package.module or package.module:Class",
    )
    add_trust_argument(parser)


def main(scenario: "Type[ScenarioBase]", trainer_params: "TrainerParams", view: "Optional[View]" = None) -> None:
    """Train ``scenario``.

    Args:
        scenario: The class of the scenario.
        trainer_params: The parameters of the training.
        view: Where to show it. Default: as the parameters say.

    Raises:
        UserError: If the output directory holds another run, or the parameters are wrong.
    """
    post_init(trainer_params)
    check_output_dir_is_free(trainer_params)
    start_training(trainer_params, lambda: scenario.create_trainer(trainer_params), view)


def run_args(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process)."""
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    with training_view(parser.parse_plain_args(args, is_positional=is_importable)[0].json) as view:
        scenario_cls, parsed = parse_with(parser, args)
        main(scenario_cls, parsed.trainer, view)
    return 0


def run() -> None:
    """Entry of the console script."""
    run_program(run_args, ends_in_order=True)


if __name__ == "__main__":
    run()
