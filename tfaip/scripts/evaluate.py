# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-evaluate``: the evaluator's values of written predictions."""

import argparse
import itertools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, List, Optional, Tuple, Type

from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.evaluationoutput import ResultsOutput, add_out_argument, check_outputs
from tfaip.scripts.modeldirectory import load_scenario
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.errors import UserError, UserFileNotFoundError
from tfaip.util.logging import logger
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.data.pipeline.definitions import Sample
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams

log = logger(__name__)


def create_parser() -> TFAIPArgumentParser:
    """Return the parser without the parameters of the evaluator."""
    parser = TFAIPArgumentParser(
        prog="tfaip-evaluate", description="Print the evaluator's values of written predictions."
    )
    parser.add_argument(
        "--prediction",
        required=True,
        metavar="FILE",
        help="what tfaip-lav --dump or tfaip-predict --dump_prediction wrote",
    )
    parser.add_argument(
        "--scenario", required=True, metavar="DIR", help="the directory of the model, or of the run: its parameters"
    )
    parser.add_argument(
        "--allow_pickle",
        action="store_true",
        help="read a file of pickles, such as tfaip 1.2 wrote: it can run any code, so only of your own",
    )
    add_out_argument(parser)
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: The predictions cannot be read, there are no stored parameters, or flags or values are wrong.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args)
    trust_packages(plain.trust)
    check_outputs(None, False, plain.out)
    check_readable(plain.prediction, plain.allow_pickle)
    scenario_cls, scenario_params = load_scenario(plain.scenario)
    add_roots(parser, scenario_params)
    return evaluate(parser.parse_args(args), scenario_cls, scenario_params)


def add_roots(parser: TFAIPArgumentParser, scenario_params: "ScenarioBaseParams") -> None:
    """Add the parameters of the evaluator."""
    evaluator_params = scenario_params.evaluator
    parser.add_root_argument("evaluator", type(evaluator_params), default=evaluator_params)


def check_readable(path: str, allow_pickle: bool) -> None:
    """Check the kind of the file before anything is imported.

    Raises:
        UserError: There is no such file, it holds pickles and these are not allowed, or it is no file of samples.
    """
    from tfaip.data.samplefile import SampleFileReader
    from tfaip.data.samplefile.pickles import holds_pickles

    if not os.path.isfile(path):
        raise UserFileNotFoundError(
            "There are no written predictions.", where="--prediction", expected="a file", got=path
        )
    if not holds_pickles(path):
        # classes are for later: the scenario may bring them
        SampleFileReader(path, with_classes=False)
    elif not allow_pickle:
        raise UserError(
            "The file holds pickles, which can run any code when they are read.",
            where=path,
            expected="a file that tfaip-lav --dump or tfaip-predict --dump_prediction wrote",
            hint="if you wrote it yourself, add --allow_pickle",
        )


def read_lists(path: str, allow_pickle: bool) -> "Iterator[Tuple[Any, Iterator[Sample]]]":
    """Yield for each list of a dump what is known of it, and its samples."""
    from tfaip.data.pipeline.definitions import describe
    from tfaip.data.samplefile import SampleFileReader
    from tfaip.data.samplefile.pickles import holds_pickles, read_pickled_samples
    from tfaip.lav.callbacks.dump_samples import LISTS

    if allow_pickle and holds_pickles(path):
        log.warning("Reading the pickles in %s, which can run any code", path)
        yield {}, read_pickled_samples(path)
        return
    reader = SampleFileReader(path)
    lists = reader.attributes.get(LISTS) or [{"samples": reader.n_samples}]
    if not _add_up(lists, reader.n_samples):
        raise UserError(
            "The lists in the file of samples do not add up.",
            where=f"{path}, attribute {LISTS}",
            expected=f"lists of {reader.n_samples} samples in all",
            got=describe(lists),
        )
    samples = iter(reader)
    for about in lists:
        yield about, itertools.islice(samples, about["samples"])


def _add_up(lists: Any, n_samples: int) -> bool:
    if not isinstance(lists, list) or not all(isinstance(about, dict) for about in lists):
        return False
    sizes: List[Any] = [about.get("samples") for about in lists]
    return all(isinstance(size, int) and size >= 0 for size in sizes) and sum(sizes) == n_samples


def evaluate(
    args: argparse.Namespace, scenario_cls: "Type[ScenarioBase]", scenario_params: "ScenarioBaseParams"
) -> int:
    """Evaluate and print the results."""
    from tqdm import tqdm

    from tfaip.lav.lav import create_evaluator
    from tfaip.lav.samples import evaluate_samples
    from tfaip.util.tfaipargparse import post_init

    post_init(args.evaluator)
    scenario_params.evaluator = args.evaluator
    scenario = scenario_cls(scenario_params)
    output = ResultsOutput("tfaip-evaluate", args.out)
    for about, samples in read_lists(args.prediction, args.allow_pickle):
        shown = tqdm(samples, desc="Evaluation", unit=" samples", total=about.get("samples"), disable=None)
        values, count = evaluate_samples(create_evaluator(scenario), shown)
        output.add(values, model=about.get("model"), data=about.get("data"), samples=count)
    output.finish()
    return 0


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
