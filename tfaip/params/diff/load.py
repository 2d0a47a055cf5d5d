# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Read what is compared: a run, a model directory, a parameter file or a configuration file."""

import dataclasses
import glob
import os
from typing import Any, Dict, List, Optional

from tfaip.params.cli.errors import Mistake, ParameterErrors
from tfaip.params.codec import load_json
from tfaip.params.diff.compare import Difference, diff_params
from tfaip.params.diff.configform import config_to_tree, is_config
from tfaip.params.migrations import migrate
from tfaip.util.errors import UserFileNotFoundError, UserValueError

# In the order of preference; the last is of a run that was started and has not saved its state.
FILENAMES = ("trainer_params.json", "scenario_params.json", "config.yaml")
_YAML = (".yaml", ".yml")


@dataclasses.dataclass(frozen=True)
class ParamsSource:
    """Saved parameters.

    Attributes:
        filename: Their file.
        tree: Their JSON form, of the present version.
        partial: Whether they leave out what they do not change, as a configuration does.
    """

    filename: str
    tree: Dict[str, Any]
    partial: bool = False


def load_params(path: str) -> ParamsSource:
    """Read saved parameters without importing any class that they name.

    Args:
        path: A run, a model directory, a JSON file of parameters, or a configuration file (YAML or JSON).

    Raises:
        UserError: There are none, or they cannot be read.
    """
    filename = _find(os.path.abspath(os.path.expanduser(path)))
    if filename.lower().endswith(_YAML):
        return ParamsSource(filename, migrate(config_to_tree(_read_yaml(filename)), filename), partial=True)
    values = load_json(filename)
    if not isinstance(values, dict):
        raise UserValueError(
            "The parameter file holds no object.", where=filename, expected="{...}", got=type(values).__name__
        )
    partial = is_config(values)
    return ParamsSource(filename, migrate(config_to_tree(values) if partial else values, filename), partial)


def diff_files(a: str, b: str, all_fields: bool = False) -> List[Difference]:
    """Return where the saved parameters in two places differ.

    Args:
        a: A run, a model directory, a parameter file, or a configuration file.
        b: The other one.
        all_fields: As of :func:`diff_params`.

    Raises:
        UserError: One of them holds no parameters, or they cannot be read.
    """
    first, second = load_params(a), load_params(b)
    return diff_params(first.tree, second.tree, all_fields, (first.partial, second.partial))


def _find(path: str) -> str:
    if os.path.isfile(path):
        return path
    is_directory = os.path.isdir(path)
    found = _newest_state(path) if is_directory else None
    if found is not None:
        return found
    raise UserFileNotFoundError(
        "This directory holds no parameters." if is_directory else "There is nothing at this path.",
        where=path,
        expected="a run, a model directory, a file of parameters, or a configuration file",
        got=(", ".join(sorted(os.listdir(path))[:8]) or "an empty directory") if is_directory else None,
    )


def _newest_state(folder: str) -> Optional[str]:
    for name in FILENAMES:
        if os.path.isfile(os.path.join(folder, name)):
            return os.path.join(folder, name)
    # a scenario with a pattern of its own for checkpoints keeps the state there only
    states = glob.glob(os.path.join(glob.escape(folder), "checkpoint", "*", FILENAMES[0]))
    return max(states, key=os.path.getmtime, default=None)


def _read_yaml(filename: str) -> Dict[str, Any]:
    # Imported late: JSON files need no YAML.
    from tfaip.params.config.reader import read_config

    mistakes: List[Mistake] = []
    entry = read_config(filename, mistakes)
    if entry is None:
        raise ParameterErrors(mistakes)
    values: Dict[str, Any] = entry.plain()
    return values
