# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-predict``: apply an exported model, or several that vote, to data."""

import argparse
import functools
import sys
from typing import TYPE_CHECKING, List, Optional, Type

from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.modeldirectory import (
    add_data_argument,
    check_model_directory,
    load_scenario,
    print_benchmark,
    print_skipped,
)
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.errors import NotSupportedYetError
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.predict.predictorbase import PredictorBase
    from tfaip.scenario.scenariobase import ScenarioBase


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the model."""
    parser = TFAIPArgumentParser(
        prog="tfaip-predict", description="Predict data with an exported model, or with several that vote."
    )
    parser.add_argument(
        "--export_dir", nargs="+", required=True, help="the model directory, such as OUTPUT_DIR/best; several vote"
    )
    parser.add_argument("--dump_prediction", metavar="FILE", help="not supported yet: write the predictions to a file")
    parser.add_argument(
        "--strict", action="store_true", help="end with an error if a sample cannot be read, instead of skipping it"
    )
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: A model directory is not complete, flags or values are wrong, or (with ``--strict``) a sample cannot
            be read.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args)
    trust_packages(plain.trust)
    if plain.dump_prediction is not None:
        raise NotSupportedYetError(
            "Predictions cannot be written to a file yet.",
            where="--dump_prediction",
            hint="leave it out and redirect the output, or use the predictor in Python",
        )
    for path in plain.export_dir:
        check_model_directory(path)
    scenario_cls, _ = load_scenario(plain.export_dir[0])
    add_roots(parser, scenario_cls, several=len(plain.export_dir) > 1)
    return predict(parser.parse_args(args), scenario_cls)


def add_roots(parser: TFAIPArgumentParser, scenario_cls: "Type[ScenarioBase]", several: bool = False) -> None:
    """Add the parameters of the prediction with a scenario's model, or with several models that vote."""
    add_data_argument(parser, scenario_cls.predict_generator_params_cls()())
    predictor_cls = scenario_cls.multi_predictor_cls() if several else scenario_cls.predictor_cls()
    parser.add_root_argument("predict", predictor_cls.params_cls())
    parser.add_spelling("prediction", "predict")


def predict(args: argparse.Namespace, scenario_cls: "Type[ScenarioBase]") -> int:
    """Predict and print the samples."""
    from tqdm import tqdm

    from tfaip.util.tfaipargparse import post_init

    post_init(args.data)
    args.predict.strict = args.predict.strict or args.strict
    predictor: PredictorBase = (
        scenario_cls.create_predictor(args.export_dir[0], args.predict)
        if len(args.export_dir) == 1
        else scenario_cls.create_multi_predictor(args.export_dir, args.predict)
    )
    # writes above the progress bar
    predictor.print_fn = functools.partial(tqdm.write, file=sys.stdout)
    for _ in predictor.predict(args.data):
        pass
    print_benchmark(predictor.benchmark_results)
    print_skipped(predictor.skipped_samples)
    return 0


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
