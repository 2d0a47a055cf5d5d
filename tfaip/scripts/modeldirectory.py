# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the programs that use a model directory have in common."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Dict, Iterable, Optional, Tuple, Type

from tfaip.scenario.export.manifest import check_graph_files
from tfaip.scenario.paramsfile import check_saved_model_files, find_params_file, read_params_dict, scenario_dict
from tfaip.scenario.storedparams import check_stored_params
from tfaip.util.errors import UserError
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


def check_can_be_written(path: Optional[str], flag: str) -> None:
    """Check that a file can be written, before anything is computed.

    Raises:
        UserError: Its folder does not exist or is not writable, or there is a folder or a device of this name.
    """
    if path is None:
        return
    folder = os.path.dirname(os.path.abspath(path))
    expected = "a file name in an existing folder"
    if not os.path.isdir(folder):
        raise UserError(
            "The file cannot be written.", where=flag, expected=expected, got=path, hint=f"mkdir -p {folder}"
        )
    if os.path.exists(path) and not os.path.isfile(path):
        raise UserError(
            "The file cannot be written: there is something of this name that is no file.",
            where=flag,
            expected=expected,
            got=path,
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError("The file cannot be written.", where=flag, expected="a folder to write to", got=folder)


def print_result(result: Any) -> None:
    """Print the values of an evaluation as JSON."""
    print(json.dumps(result, indent=2, default=to_json_value))


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
