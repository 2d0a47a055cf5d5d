# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-predict``: apply an exported model, or several that vote, to data."""

import argparse
import functools
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Type

from tfaip.predict.results import check_result_path, is_folder
from tfaip.scripts.common import add_trust_argument, run_program, trust_packages
from tfaip.scripts.modeldirectory import (
    add_data_argument,
    check_model_directory,
    load_scenario,
    print_benchmark,
    print_skipped,
)
from tfaip.scripts.outputfiles import check_can_be_written, check_different, check_folder_can_be_written
from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow
from tfaip.util.errors import UserError
from tfaip.util.tfaipargparse import TFAIPArgumentParser

if TYPE_CHECKING:
    from tfaip.data.pipeline.definitions import Sample
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
    parser.add_argument(
        "--output",
        metavar="PATH",
        help="write the results to FILE.jsonl, FILE.csv or FILE.parquet, or with pictures to a folder",
    )
    parser.add_argument(
        "--output_columns", nargs="+", metavar="NAME", help="the columns of a table, such as meta.path outputs.class"
    )
    parser.add_argument(
        "--dump_prediction", metavar="FILE", help="write the predicted samples to a file that tfaip-evaluate reads"
    )
    parser.add_argument(
        "--include_targets", action="store_true", help="add the targets to the results, if there are any"
    )
    parser.add_argument("--skipped_report", metavar="FILE", help="write the samples that were skipped as JSON lines")
    parser.add_argument(
        "--strict", action="store_true", help="end with an error if a sample cannot be read, instead of skipping it"
    )
    add_trust_argument(parser)
    return parser


def main(args: Optional[List[str]] = None) -> int:
    """Run the program with the command line ``args`` (default: the one of the process).

    Raises:
        UserError: A model directory is not complete, flags or values are wrong, the results cannot be written, or a
            sample (with ``--strict``), or each of them, cannot be read.
    """
    set_log_level_of_tensorflow(args)
    parser = create_parser()
    plain, _ = parser.parse_plain_args(args)
    trust_packages(plain.trust)
    check_outputs(plain)
    for path in plain.export_dir:
        check_model_directory(path)
    scenario_cls, _ = load_scenario(plain.export_dir[0])
    add_roots(parser, scenario_cls, several=len(plain.export_dir) > 1)
    return predict(parser.parse_args(args), scenario_cls)


def check_outputs(args: argparse.Namespace) -> None:
    """Check that the results can be written, before TensorFlow is imported.

    Raises:
        UserError: They cannot.
    """
    check_can_be_written(args.dump_prediction, "--dump_prediction")
    check_can_be_written(args.skipped_report, "--skipped_report")
    outputs = ("output", "dump_prediction", "skipped_report")
    check_different({f"--{name}": getattr(args, name) for name in outputs})
    if args.output is not None:
        (check_folder_can_be_written if is_folder(args.output) else check_can_be_written)(args.output, "--output")
        check_result_path(args.output, args.output_columns)
    elif args.output_columns:
        raise UserError("Columns are chosen, but no table is to be written.", where="--output_columns", hint="--output")


def add_roots(parser: TFAIPArgumentParser, scenario_cls: "Type[ScenarioBase]", several: bool = False) -> None:
    """Add the parameters of the prediction with a scenario's model, or with several models that vote."""
    add_data_argument(parser, scenario_cls.predict_generator_params_cls()())
    predictor_cls = scenario_cls.multi_predictor_cls() if several else scenario_cls.predictor_cls()
    parser.add_root_argument("predict", predictor_cls.params_cls())
    parser.add_spelling("prediction", "predict")


def predict(args: argparse.Namespace, scenario_cls: "Type[ScenarioBase]") -> int:
    """Predict, print and write the samples."""
    from tqdm import tqdm

    from tfaip.util.tfaipargparse import post_init

    post_init(args.data)
    args.predict.strict = args.predict.strict or args.strict
    args.predict.include_targets = args.predict.include_targets or args.include_targets
    args.predict.include_meta = True
    predictor: PredictorBase = (
        scenario_cls.create_predictor(args.export_dir[0], args.predict)
        if len(args.export_dir) == 1
        else scenario_cls.create_multi_predictor(args.export_dir, args.predict)
    )
    # writes above the progress bar
    predictor.print_fn = functools.partial(tqdm.write, file=sys.stdout)
    with ExitStack() as stack:
        writers = open_writers(args, predictor, stack)
        for sample in predictor.predict(args.data):
            for write in writers:
                write(sample)
        if args.skipped_report is not None:
            write_skipped(args.skipped_report, predictor)
        check_any_was_read(predictor)
    print_benchmark(predictor.benchmark_results)
    print_skipped(predictor.skipped_samples)
    return 0


def open_writers(
    args: argparse.Namespace, predictor: "PredictorBase", stack: ExitStack
) -> "List[Callable[[Sample], Any]]":
    """Return what writes a sample to each of the files that were asked for; the stack completes or removes them."""
    writers: List[Callable[[Sample], Any]] = []
    if args.output is not None:
        from tfaip.predict.results import create_result_writer

        writers.append(stack.enter_context(create_result_writer(args.output, predictor, args.output_columns)).write)
    if args.dump_prediction is not None:
        from tfaip.data.samplefile import SampleFileWriter

        writers.append(stack.enter_context(SampleFileWriter(args.dump_prediction)).write)
    return writers


def check_any_was_read(predictor: "PredictorBase") -> None:
    """Check that not each sample was skipped.

    Raises:
        UserError: Each one was.
    """
    skipped = predictor.skipped_samples
    if skipped and predictor.benchmark_results.n_samples == 0:
        raise UserError(
            f"None of the {len(skipped)} samples could be read.",
            where=f"sample {skipped[0].index}",
            got=skipped[0].message,
        )


def write_skipped(path: str, predictor: "PredictorBase") -> None:
    """Write the skipped samples as JSON lines; an empty file if there are none."""
    from tfaip.predict.results.rows import to_plain
    from tfaip.predict.results.writer import json_line
    from tfaip.util.file.atomic import write_bytes_atomically

    rows = [
        {"index": skipped.index, "meta": to_plain(skipped.meta, "meta"), "message": skipped.message}
        for skipped in predictor.skipped_samples
    ]
    write_bytes_atomically(path, b"".join(map(json_line, rows)))


def run() -> None:
    """Entry of the console script."""
    run_program(main)


if __name__ == "__main__":
    run()
