# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-multi-lav``: several exported models, which vote or are evaluated one by one."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Type

from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.evaluationoutput import (
    VOTED,
    ResultsOutput,
    about,
    add_dump_arguments,
    add_out_argument,
    check_outputs,
    is_pickle,
    open_dump,
)
from tfaip.scripts.lav import add_pipeline_spellings, add_run_eagerly
from tfaip.scripts.modeldirectory import (
    add_data_argument,
    check_model_directory,
    load_scenario,
    print_benchmark,
)
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.errors import UserError
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.lav.multilav import MultiLAV
    from tfaip.scenario.scenariobase import ScenarioBase

EACH, BOTH = "each", "both"


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the models."""
    parser = TFAIPArgumentParser(
        prog="tfaip-multi-lav",
        description="Let several exported models vote and print the values of the evaluator, or evaluate each.",
    )
    parser.add_argument("--export_dirs", nargs="+", required=True, help="the model directories")
    add_run_eagerly(parser)
    parser.add_argument(
        "--models",
        choices=(VOTED, EACH, BOTH),
        default=VOTED,
        help=f"let the models vote ({VOTED}, the default), evaluate {EACH} alone, with losses and metrics, or {BOTH}",
    )
    add_dump_arguments(parser)
    add_out_argument(parser)
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
    check_outputs(plain.dump, plain.dump_inputs, plain.out)
    check_one_evaluation(plain.dump, plain.models)
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
    from tfaip.util.tfaipargparse import post_init

    post_init(args.data)
    args.lav.model_path = list(args.export_dirs)
    lav = scenario_cls.create_multi_lav(args.lav, scenario_params, args.predictor)
    output = ResultsOutput("tfaip-multi-lav", args.out, labelled=args.models != VOTED)
    with open_dump(args.dump, args.dump_inputs) as callbacks:
        for model, result in _results(lav, args, callbacks):
            output.add(result, model=model, **about(lav))
            print_benchmark(lav.benchmark_results)
    output.finish()
    return 0


def _results(lav: "MultiLAV", args: argparse.Namespace, callbacks: List[Any]) -> Iterator[Tuple[str, Dict[str, Any]]]:
    """Yield the name of the model, or "voted", and its values."""
    if args.models != EACH:
        for result in lav.run([args.data], callbacks=callbacks, run_eagerly=args.run_eagerly):
            yield VOTED, result
    if args.models != VOTED:
        yield from lav.run_each([args.data], callbacks=callbacks, run_eagerly=args.run_eagerly)


def check_one_evaluation(dump: Optional[str], models: str) -> None:
    """Check that a pickle is not to hold what it cannot.

    Raises:
        UserError: It would hold the last of several models.
    """
    if dump is not None and is_pickle(dump) and models != VOTED:
        raise UserError(
            "A pickle holds one evaluation only.",
            where="--dump",
            expected=f"a file that is no pickle, or --models {VOTED}",
            got=f"{dump} and --models {models}",
        )


def run() -> None:
    """Entry of the console script."""
    run_program(main, ends_in_order=True)


if __name__ == "__main__":
    run()
