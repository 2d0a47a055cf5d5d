# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading the parameter file of a run or of a model directory."""

import json
import os
from typing import Any, Dict, List, Tuple

from tfaip.params.depth import MAX_DEPTH, is_too_deep
from tfaip.params.migrations import SCHEMA_KEY, migrate
from tfaip.util.errors import UserFileNotFoundError, UserValueError

PARAMS_FILENAMES = ("trainer_params.json", "scenario_params.json")
MANIFEST_FILENAME = "manifest.json"
# of a manifest: the name of the parameter file
PARAMETERS_KEY = "parameters"
ARCHIVE_ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz")
SAVED_MODEL_FILES = ("saved_model.pb", os.path.join("variables", "variables.index"))


def is_archive(path: str) -> bool:
    """Return whether ``path`` is a file whose name is that of an archive."""
    return path.lower().endswith(ARCHIVE_ENDINGS) and os.path.isfile(path)


def find_params_file(path: str) -> str:
    """Return the parameter file that ``path`` (a file, a run, a model directory or an archive of one) names.

    Raises:
        UserFileNotFoundError: If there is none.
        UserError: If it is an archive that cannot be unpacked.
    """
    path = os.path.abspath(os.path.expanduser(path))
    if is_archive(path):
        # imported late: it needs this module
        from tfaip.scenario.archive.opening import open_model_directory

        path = open_model_directory(path)
    if os.path.isfile(path):
        return path
    if not os.path.isdir(path):
        raise UserFileNotFoundError(
            "There is no such model directory or parameter file.",
            where=path,
            expected="a run, a model directory (its folder best or export), its archive, or a JSON file of parameters",
            got="nothing at this path",
        )
    for name in PARAMS_FILENAMES:
        candidate = os.path.join(path, name)
        if os.path.isfile(candidate):
            return candidate
    raise UserFileNotFoundError(
        "This directory holds no parameters.",
        where=path,
        expected=" or ".join(PARAMS_FILENAMES),
        got=", ".join(sorted(os.listdir(path))[:8]) or "an empty directory",
        hint="give the folder of an exported model, such as OUTPUT_DIR/best.",
    )


def read_params_dict(path: str) -> Dict[str, Any]:
    """Read trainer or scenario parameters of any version.

    The paths of their resources are resolved against the file's directory.

    Raises:
        UserFileNotFoundError: If there is no parameter file.
        UserValueError: If the file is no JSON object.
        UserError: If it is of a newer version than this one can read.
    """
    filename = find_params_file(path)
    try:
        with open(filename, encoding="utf-8") as file:
            params = json.load(file, object_pairs_hook=_with_each_key_once)
    except json.JSONDecodeError as error:
        raise UserValueError(
            "The parameter file is not valid JSON.",
            where=f"{filename}, line {error.lineno}, column {error.colno}",
            expected="a JSON object",
            got=error.msg,
        ) from error
    except UnicodeDecodeError as error:
        raise UserValueError("The parameter file is not a text file.", where=filename, got=str(error)) from error
    except (RecursionError, ValueError) as error:
        # objects within objects without end, a number of too many digits, or a key twice
        raise UserValueError("The parameter file cannot be read.", where=filename, got=str(error)) from error
    if not isinstance(params, dict):
        raise UserValueError(
            "The parameter file holds no object.", where=filename, expected="{...}", got=type(params).__name__
        )
    if is_too_deep(params):
        raise UserValueError(
            "The parameter file is nested too deeply.", where=filename, expected=f"at most {MAX_DEPTH} levels"
        )
    params = migrate(params, filename)
    scenario = params.get("scenario", params)
    data = scenario.get("data") if isinstance(scenario, dict) else None
    if isinstance(data, dict):
        data["resource_base_path"] = os.path.dirname(filename)
    return params


def _with_each_key_once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    """Return an object of JSON.

    Raises:
        ValueError: A key is given twice: nobody knows which value is meant.
    """
    result: Dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key {key} is given twice")
        result[key] = value
    return result


def scenario_dict(params: Dict[str, Any], where: str = "") -> Dict[str, Any]:
    """Return the scenario's part of a dictionary of trainer or scenario parameters.

    Raises:
        UserValueError: If the dictionary does not name its scenario.
    """
    scenario = params.get("scenario", params)
    if not isinstance(scenario, dict) or not scenario.get("scenario_id"):
        names = [name for name in params if name != SCHEMA_KEY]
        is_config = isinstance(params.get("trainer"), dict)
        raise UserValueError(
            "These parameters do not name a scenario.",
            where=where or None,
            expected="a field scenario_id with 'module:Class'",
            got=f"the fields {', '.join(names[:6])}" if names else "no field",
            hint="give a configuration file to tfaip-train SCENARIO --config FILE." if is_config else None,
        )
    return scenario


def check_saved_model_files(path: str) -> None:
    """Check that the files of a SavedModel are there, without importing or loading anything.

    Raises:
        UserFileNotFoundError: If one is missing.
    """
    for name in SAVED_MODEL_FILES:
        if not os.path.isfile(os.path.join(path, name)):
            raise UserFileNotFoundError(
                "The model directory is incomplete.",
                where=os.path.dirname(os.path.abspath(path)),
                expected=f"the file {os.path.join(os.path.basename(path), name)}",
                got="no such file",
                hint="give the folder of an exported model, such as OUTPUT_DIR/best, or export the model again.",
            )
