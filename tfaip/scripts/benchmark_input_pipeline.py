# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-benchmark-input-pipeline``: how many samples a second the training data give, without a model."""

import argparse
import contextlib
import json
import os
import sys
from typing import TYPE_CHECKING, List, Optional, Type

from tfaip.scripts.common import run_program
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.scripts.train import add_scenario_argument, parse_with
from tfaip.util.errors import UserValueError
from tfaip.util.tfaipargparse import TFAIPArgumentParser, post_init

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scripts.inputbenchmark.results import InputResults
    from tfaip.trainer.params import TrainerParams


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of a scenario."""
    parser = TFAIPArgumentParser(
        prog=os.path.basename(sys.argv[0]) if "tfaip-" in sys.argv[0] else "tfaip-benchmark-input-pipeline",
        description="Read the training data of a scenario as a training does, over and over again, and print how many "
        "samples and batches come each second, what each part of the pipeline takes, and what binds. Ctrl-C ends it "
        "with the result so far.",
    )
    add_scenario_argument(parser)
    parser.add_argument(
        "--time_limit", type=int, default=-1, metavar="SEC", help="seconds to measure; -1 (default): until Ctrl-C"
    )
    parser.add_argument(
        "--rate", type=float, metavar="N", help="tell what it takes to give this number of samples per second"
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: If there is no such scenario, no training data, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    scenario_cls, parsed = parse_with(create_parser(), args)
    check_numbers(parsed)
    post_init(parsed.trainer)
    results = benchmark(scenario_cls, parsed.trainer, parsed.time_limit, parsed.rate)
    if parsed.json:
        print(json.dumps(results.to_dict(), indent=2))
    else:
        results.pretty_print()
    return 0


def check_numbers(parsed: argparse.Namespace) -> None:
    """Refuse a time that cannot be measured, and a rate that is none.

    Raises:
        UserValueError: If the limit is zero, or negative but not -1; if the rate is not positive.
    """
    if parsed.time_limit < 1 and parsed.time_limit != -1:
        raise UserValueError(
            "This is no time to measure.",
            where="--time_limit",
            expected="a number of seconds, or -1 for no limit",
            got=str(parsed.time_limit),
        )
    if parsed.rate is not None and not 0 < parsed.rate < float("inf"):
        raise UserValueError(
            "This is no rate.", where="--rate", expected="a number of samples per second", got=str(parsed.rate)
        )


def benchmark(
    scenario_cls: "Type[ScenarioBase]", params: "TrainerParams", time_limit: float = -1, rate: Optional[float] = None
) -> "InputResults":
    """Measure the training data of a scenario, until the limit or an interrupt.

    Args:
        scenario_cls: The scenario.
        params: The parameters of the training.
        time_limit: Seconds to measure, negative: no limit.
        rate: The samples per second that the training takes, None if that is not known.

    Raises:
        UserError: If there are no training data, or a sample cannot be read.
    """
    from tfaip.scripts.inputbenchmark.display import Display
    from tfaip.scripts.inputbenchmark.measuring import Measurement

    data = scenario_cls(params.scenario).create_data()
    pipeline = params.gen.train_data(data)
    if params.preload_data:
        pipeline = pipeline.as_preloaded(params.preload_data_progress_bar)
    measurement = Measurement(pipeline, rate)
    with contextlib.suppress(KeyboardInterrupt), Display() as display:
        measurement.run(time_limit, display.show)
    data.worker_pools.close()
    return measurement.results


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
