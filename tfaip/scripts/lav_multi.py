# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-multi-lav``: the evaluator's values of several exported models that vote."""

import argparse
from typing import TYPE_CHECKING, Any, List, Optional, Type

from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.lav import add_pipeline_spellings, add_run_eagerly
from tfaip.scripts.modeldirectory import (
    add_data_argument,
    check_can_be_written,
    check_model_directory,
    load_scenario,
    print_benchmark,
    print_result,
)
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the models."""
    parser = TFAIPArgumentParser(
        prog="tfaip-multi-lav",
        description="Let several exported models vote and print the values of the evaluator.",
    )
    parser.add_argument("--export_dirs", nargs="+", required=True, help="the model directories")
    add_run_eagerly(parser)
    parser.add_argument("--dump", metavar="FILE", help="write targets and predictions of all samples as a pickle")
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: A model directory is not complete, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args)
    trust_packages(plain.trust)
    check_can_be_written(plain.dump, "--dump")
    for path in plain.export_dirs:
        check_model_directory(path)
    scenario_cls, scenario_params = load_scenario(plain.export_dirs[0])
    add_roots(parser, scenario_cls)
    return evaluate(parser.parse_args(args), scenario_cls, scenario_params)


def add_roots(parser: TFAIPArgumentParser, scenario_cls: "Type[ScenarioBase]") -> None:
    """Add the parameters of the evaluation of several models of a scenario."""
    add_data_argument(parser, scenario_cls.predict_generator_params_cls()())
    parser.add_root_argument("lav", scenario_cls.multi_lav_cls().params_cls())
    add_pipeline_spellings(parser)
    # the pipeline and the device are those of lav
    predictor_params_cls = scenario_cls.multi_predictor_cls().params_cls()
    parser.add_root_argument("predictor", predictor_params_cls, ignore=["pipeline", "predictor.device"])


def evaluate(args: argparse.Namespace, scenario_cls: "Type[ScenarioBase]", scenario_params: Any) -> int:
    """Evaluate and print the results."""
    from tfaip.lav.callbacks.dump_results import DumpResultsCallback
    from tfaip.util.tfaipargparse import post_init

    post_init(args.data)
    args.lav.model_path = list(args.export_dirs)
    lav = scenario_cls.create_multi_lav(args.lav, scenario_params, args.predictor)
    callbacks: Optional[List[Any]] = [DumpResultsCallback(args.dump)] if args.dump else None
    for result in lav.run([args.data], callbacks=callbacks, run_eagerly=args.run_eagerly):
        print_result(result)
        print_benchmark(lav.benchmark_results)
    return 0


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
