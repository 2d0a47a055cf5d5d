# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-benchmark-input-pipeline``: how many samples a second the training data give, without a model."""

import argparse
import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, Generator, List, Optional, Type

from tfaip.scripts.common import run_program
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.scripts.train import add_scenario_argument, parse_with
from tfaip.util.benchmark import BenchmarkResults
from tfaip.util.errors import UserValueError
from tfaip.util.tfaipargparse import TFAIPArgumentParser, post_init

if TYPE_CHECKING:
    from tfaip.data.pipeline.datapipeline import DataPipeline
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.params import TrainerParams


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of a scenario."""
    parser = TFAIPArgumentParser(
        prog=os.path.basename(sys.argv[0]) if "tfaip-" in sys.argv[0] else "tfaip-benchmark-input-pipeline",
        description="Read the training data of a scenario as a training does, over and over again, and print how many "
        "samples and batches come each second. Ctrl-C ends it with the result so far.",
    )
    add_scenario_argument(parser)
    parser.add_argument(
        "--time_limit", type=int, default=-1, metavar="SEC", help="seconds to measure; -1 (default): until Ctrl-C"
    )
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: If there is no such scenario, no training data, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    scenario_cls, parsed = parse_with(create_parser(), args)
    check_time_limit(parsed)
    post_init(parsed.trainer)
    benchmark(scenario_cls, parsed.trainer, parsed.time_limit).pretty_print()
    return 0


def check_time_limit(parsed: argparse.Namespace) -> None:
    """Refuse a time that cannot be measured.

    Raises:
        UserValueError: If the limit is zero, or negative but not -1.
    """
    if parsed.time_limit < 1 and parsed.time_limit != -1:
        raise UserValueError(
            "This is no time to measure.",
            where="--time_limit",
            expected="a number of seconds, or -1 for no limit",
            got=str(parsed.time_limit),
        )


def benchmark(scenario_cls: "Type[ScenarioBase]", params: "TrainerParams", time_limit: float = -1) -> BenchmarkResults:
    """Measure the training data of a scenario, until the limit or an interrupt.

    The clock starts with the first batch: starting worker processes is not what limits a training. That batch does not
    count.

    Args:
        scenario_cls: The scenario.
        params: The parameters of the training.
        time_limit: Seconds to measure, negative: no limit.

    Raises:
        UserError: If there are no training data.
    """
    pipeline = params.gen.train_data(scenario_cls(params.scenario).create_data())
    if params.preload_data:
        pipeline = pipeline.as_preloaded(params.preload_data_progress_bar)
    results = BenchmarkResults()
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(read_batches(pipeline)) as batches:
        started = time.monotonic()
        next(batches)
        print(f"first batch after {time.monotonic() - started:.2f} s", file=sys.stderr)
        last = time.monotonic()
        for n_samples in batches:
            now = time.monotonic()
            results.finish_batch(n_samples, now - last)
            last = now
            if 0 <= time_limit <= results.total_time:
                break
    return results


def read_batches(pipeline: "DataPipeline") -> Generator[int, None, None]:
    """Yield the number of samples of each batch, for ever.

    Raises:
        UserError: If there are no training data, or a sample cannot be read.
    """
    import tensorflow as tf

    dataset = pipeline.input_dataset(auto_repeat=True)
    if dataset is None:
        raise UserValueError(
            "There is no training sample.",
            where=f"training data {type(pipeline.generator_params).__name__}",
            expected="at least one sample",
            got="none",
        )
    try:
        for batch in dataset:
            yield int(tf.nest.flatten(batch)[0].shape[0])
    except tf.errors.OpError:
        pipeline.raise_pending_error()
        raise


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
