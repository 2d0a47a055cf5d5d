# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-lav``: losses, metrics and evaluator of an exported model."""

import argparse
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Type

from tfaip.params.cli.values import boolean
from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.evaluationoutput import (
    ResultsOutput,
    about,
    add_dump_arguments,
    add_out_argument,
    check_outputs,
    open_dump,
)
from tfaip.scripts.modeldirectory import (
    add_data_argument,
    check_model_directory,
    load_scenario,
    print_benchmark,
)
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.scripts.worstsamples import about_worst, add_worst_arguments, check_worst, create_worst, show_worst
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataGeneratorParams
    from tfaip.scenario.scenariobase import ScenarioBase


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the model."""
    parser = TFAIPArgumentParser(
        prog="tfaip-lav",
        description="Load and validate: print the losses, the metrics and the evaluator's values of an exported model.",
    )
    parser.add_argument("--export_dir", required=True, help="the model directory, such as OUTPUT_DIR/best")
    add_run_eagerly(parser)
    parser.add_argument(
        "--instantiate_graph", action="store_true", help="build the graph anew instead of running the exported one"
    )
    add_dump_arguments(parser)
    add_out_argument(parser)
    add_worst_arguments(parser)
    add_trust_argument(parser)
    return parser


def add_run_eagerly(parser: TFAIPArgumentParser) -> None:
    """Add ``--run_eagerly``, which is also understood as ``--lav.run_eagerly True``."""
    parser.add_argument(
        "--run_eagerly",
        nargs="?",
        const=True,
        default=False,
        type=boolean,
        metavar="BOOL",
        help="run operation by operation, for debugging",
    )
    parser.add_spelling("lav.run_eagerly", "run_eagerly")


def add_pipeline_spellings(parser: TFAIPArgumentParser) -> None:
    """Let ``--lav.batch_size`` and its like mean ``--pipeline.batch_size``."""
    from tfaip.data.databaseparams import DataPipelineParams

    for field in fields(DataPipelineParams):
        parser.add_spelling(f"lav.{field.name}", f"pipeline.{field.name}")


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: The model directory is not complete, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args)
    trust_packages(plain.trust)
    check_outputs(plain.dump, plain.dump_inputs, plain.out)
    check_worst(plain)
    stored = check_model_directory(plain.export_dir)
    scenario_cls, scenario_params = load_scenario(plain.export_dir)
    add_roots(parser, scenario_cls, default_data(scenario_cls, stored))
    return evaluate(parser.parse_args(args), scenario_cls, scenario_params)


def add_roots(parser: TFAIPArgumentParser, scenario_cls: "Type[ScenarioBase]", data: "DataGeneratorParams") -> None:
    """Add the parameters of the evaluation of a scenario's model.

    Args:
        parser: Gets them.
        scenario_cls: The scenario.
        data: The default of the data.
    """
    add_data_argument(parser, data)
    parser.add_root_argument("lav", scenario_cls.lav_cls().params_cls())
    add_pipeline_spellings(parser)


def default_data(scenario_cls: "Type[ScenarioBase]", stored: Dict[str, Any]) -> "DataGeneratorParams":
    """Return the data that the training evaluates on, if the stored parameters tell."""
    if "gen" in stored:
        from tfaip.params.codec import params_from_dict

        # the scenario tells the class
        values = {name: value for name, value in stored.items() if name != "__cls__"}
        trainer_params = params_from_dict(scenario_cls.trainer_cls().params_cls(), values)
        default = trainer_params.gen.lav_default()
        if default is not None:
            return default
    return scenario_cls.predict_generator_params_cls()()


def evaluate(args: argparse.Namespace, scenario_cls: "Type[ScenarioBase]", scenario_params: Any) -> int:
    """Evaluate and print the results."""
    from tfaip.util.tfaipargparse import post_init

    post_init(args.data)
    args.lav.model_path = args.export_dir
    lav = scenario_cls.create_lav(args.lav, scenario_params)
    output = ResultsOutput("tfaip-lav", args.out)
    worst = create_worst(args)
    with open_dump(args.dump, args.dump_inputs) as callbacks:
        results = lav.run(
            [args.data],
            run_eagerly=args.run_eagerly,
            callbacks=callbacks if worst is None else [*callbacks, worst],
            instantiate_graph=args.instantiate_graph,
        )
        for result in results:
            output.add(result, model=args.export_dir, **about(lav), **about_worst(worst))
            print_benchmark(lav.benchmark_results)
    output.finish()
    show_worst(worst, args.worst_dir)
    return 0


def run() -> None:
    """Entry of the console script."""
    run_program(main, ends_in_order=True)


if __name__ == "__main__":
    run()
