# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Read what is compared: a run, a model directory, a parameter file or a configuration file."""

import dataclasses
import glob
import os
from typing import Any, Dict, List, Optional, Tuple

from tfaip.params.cli.errors import Mistake, ParameterErrors
from tfaip.params.codec import load_json
from tfaip.params.config.entry import Entry, entry_of
from tfaip.params.decode import CLASS_KEY
from tfaip.params.depth import MAX_DEPTH, is_too_deep
from tfaip.params.diff.compare import Difference, alike, diff_params, is_scenario
from tfaip.params.diff.configtree import config_tree
from tfaip.params.diff.forms import known_form
from tfaip.params.diff.known import Framework, KnownClasses
from tfaip.params.migrations import migrate, with_schema_version
from tfaip.util.errors import UserFileNotFoundError, UserValueError

# In the order of preference; the last is of a run that was started and has not saved its state.
FILENAMES = ("trainer_params.json", "scenario_params.json", "config.yaml")
_YAML = (".yaml", ".yml")
# Saved parameters have one of them at the top; a configuration file has the root there, or flags.
_SAVED_KEYS = (CLASS_KEY, "scenario_id", "epochs")


@dataclasses.dataclass(frozen=True)
class ParamsSource:
    """Saved parameters, or a configuration.

    Attributes:
        filename: Their file.
        tree: The JSON form of saved parameters, of the present version; None for a configuration.
        config: The mapping of a configuration file; None for saved parameters.
    """

    filename: str
    tree: Optional[Dict[str, Any]] = None
    config: Optional[Entry] = None


def load_params(path: str) -> ParamsSource:
    """Read saved parameters without importing any class that they name.

    Args:
        path: A run, a model directory, a JSON file of parameters, or a configuration file (YAML or JSON).

    Raises:
        UserError: There are none, or they cannot be read.
    """
    filename = _find(os.path.abspath(os.path.expanduser(path)))
    if filename.lower().endswith(_YAML):
        return ParamsSource(filename, config=_read_config(filename))
    values = load_json(filename)
    if not isinstance(values, dict):
        raise UserValueError(
            "The parameter file holds no object.", where=filename, expected="{...}", got=type(values).__name__
        )
    if is_too_deep(values):
        raise UserValueError("The file is nested too deeply.", where=filename, expected=f"at most {MAX_DEPTH} levels")
    if not any(key in values for key in _SAVED_KEYS):
        return ParamsSource(filename, config=_read_config(filename))
    return ParamsSource(filename, migrate(values, filename))


def diff_files(a: str, b: str, framework: Framework, all_fields: bool = False) -> List[Difference]:
    """Return where the saved parameters in two places differ.

    Args:
        a: A run, a model directory, a parameter file, or a configuration file.
        b: The other one.
        framework: What is known of the parameters; all other classes are compared as data.
        all_fields: As of :func:`diff_params`.

    Raises:
        UserError: One of them holds no parameters, or they cannot be read.
    """
    return diff_sources(load_params(a), load_params(b), framework, all_fields)


def diff_trees(
    a: Dict[str, Any], b: Dict[str, Any], framework: Framework, all_fields: bool = False
) -> List[Difference]:
    """Return where saved parameters that have been read differ.

    Args:
        a: Their JSON form, of the present version.
        b: The other ones.
        framework: As of :func:`diff_files`.
        all_fields: As of :func:`diff_params`.

    Raises:
        UserError: They are of a later version.
    """
    return diff_sources(ParamsSource("", a), ParamsSource("", b), framework, all_fields)


def diff_sources(
    first: ParamsSource, second: ParamsSource, framework: Framework, all_fields: bool = False
) -> List[Difference]:
    """Return where saved parameters or configurations that have been read differ, as :func:`diff_files` does."""
    known = framework.classes()
    tree_a, tree_b = _trees(first, second, framework, known)
    tree_a, tree_b = alike(tree_a, tree_b)
    if first.tree is not None:
        tree_a = known_form(tree_a, tree_b, known, framework.training)
    if second.tree is not None:
        tree_b = known_form(tree_b, tree_a, known, framework.training)
    return diff_params(tree_a, tree_b, all_fields, (first.config is not None, second.config is not None))


def _trees(
    first: ParamsSource, second: ParamsSource, framework: Framework, known: KnownClasses
) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Return the trees of both; what a configuration means, the other one helps to tell."""
    tree_a = _tree(first, second.tree or {}, second, framework, known)
    tree_b = _tree(second, tree_a, first, framework, known)
    return _tree(first, tree_b, second, framework, known), tree_b


def _tree(
    source: ParamsSource, other: Dict[str, Any], other_source: ParamsSource, framework: Framework, known: KnownClasses
) -> Dict[str, Any]:
    if source.config is None:
        return source.tree or {}
    # Each walk leaves its marks in the entries.
    config = entry_of(source.config.plain(), source.config)
    is_saved = other_source.config is None
    keys = [] if is_saved else [key for key, _ in config.children()]
    program = framework.program_of(keys)
    reference = {"scenario": other} if is_scenario(other) else other
    return with_schema_version(config_tree(config, program, known, reference, is_partial=not is_saved))


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


def _read_config(filename: str) -> Entry:
    # Imported late: saved parameters need no YAML.
    from tfaip.params.config.reader import read_config

    mistakes: List[Mistake] = []
    entry = read_config(filename, mistakes)
    if entry is None:
        raise ParameterErrors(mistakes)
    return entry
