# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the programs that use a model directory have in common."""

import json
import math
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, Iterable, Tuple, Type

from tfaip.scenario.export.manifest import check_graph_files
from tfaip.scenario.paramsfile import check_saved_model_files, find_params_file, read_params_dict, scenario_dict
from tfaip.scenario.storedparams import check_stored_params
from tfaip.util.json_helper import to_json_value
from tfaip.util.plaintext import without_controls

if TYPE_CHECKING:
    from tfaip.data.databaseparams import DataGeneratorParams
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.scenario.scenariobaseparams import ScenarioBaseParams
    from tfaip.util.benchmark import BenchmarkResults
    from tfaip.util.tfaipargparse import TFAIPArgumentParser

DEFAULT_SERVE_DIR = "serve"


def check_model_directory(path: str) -> Dict[str, Any]:
    """Check that a model directory is complete, before TensorFlow and the scenario are imported.

    Returns:
        The stored parameters.

    Raises:
        UserError: The directory, or a file in it, is missing or is no parameter file, or it names code that is not
            trusted.
    """
    params = read_params_dict(path)
    filename = find_params_file(path)
    check_stored_params(params, filename)
    serve_dir = scenario_dict(params, filename).get("default_serve_dir")
    serve_dir = DEFAULT_SERVE_DIR if serve_dir is None else serve_dir
    saved_model = os.path.join(os.path.dirname(filename), serve_dir)
    check_saved_model_files(saved_model)
    # the checksums are compared when it is loaded
    check_graph_files(saved_model, with_hashes=False)
    return params


def check_source(path: str) -> None:
    """Check the parameters of a run, a checkpoint or a model directory, before TensorFlow is imported.

    Raises:
        UserError: There are none, or they name code that is not trusted.
    """
    check_stored_params(read_params_dict(path), find_params_file(path))


def load_scenario(path: str) -> "Tuple[Type[ScenarioBase], ScenarioBaseParams]":
    """Return scenario class and parameters of a model directory."""
    from tfaip.scenario.scenariobase import ScenarioBase

    return ScenarioBase.from_path(path)


def add_data_argument(parser: "TFAIPArgumentParser", default: "DataGeneratorParams") -> None:
    """Add ``--data``: the class of the generator can be chosen."""
    from tfaip.data.databaseparams import DataGeneratorParams

    parser.add_root_argument("data", DataGeneratorParams, default=default)


def print_result(result: Any) -> None:
    """Print the values of an evaluation as JSON."""
    print(json.dumps(json_form(result), indent=2, allow_nan=False))


def json_form(value: Any) -> Any:
    """Return a value as JSON has it; numbers that are not finite become None."""
    if isinstance(value, dict):
        return {str(key): json_form(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_form(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return json_form(to_json_value(value))


def print_benchmark(results: "BenchmarkResults") -> None:
    """Print the table of times on the error stream: standard output holds results only."""
    results.pretty_print(lambda line: print(line, file=sys.stderr))


def print_skipped(skipped: Iterable[Any]) -> None:
    """Print each sample that was skipped, and their number, on the error stream."""
    skipped = list(skipped)
    for sample in skipped:
        print(f"skipped sample {sample.index}: {without_controls(sample.message)}", file=sys.stderr)
    if skipped:
        print(f"{len(skipped)} unreadable samples were skipped", file=sys.stderr)
