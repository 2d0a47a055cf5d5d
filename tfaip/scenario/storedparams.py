# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is checked in stored parameters before anything that they name is imported, read or written."""

import contextlib
import os
from typing import Any, Dict, Iterator, Optional, Tuple

from tfaip.scenario.paramsfile import scenario_dict
from tfaip.util.classref import split_reference
from tfaip.util.errors import UserValueError
from tfaip.util.file.inside import check_stays_inside
from tfaip.util.trust import MissingModuleError, check_trusted

CLASS_KEY = "__cls__"
# names of files and folders within a model directory, and within the output directory of a run
SCENARIO_NAMES = (
    "default_serve_dir",
    "additional_serve_dir",
    "net_config_filename",
    "trainer_params_filename",
    "scenario_params_filename",
)
TRAINER_NAMES = ("checkpoint_sub_dir", "saved_checkpoint_sub_dir")


def check_stored_params(params: Dict[str, Any], where: str = "", scenario_known: bool = False) -> None:
    """Check the names of classes, files and folders in parameters that were read from a file.

    Args:
        params: Parameters of a training or of a scenario.
        where: The file, or its directory; for messages, and since no code in the directory may be named.
        scenario_known: Whether the caller has the scenario, so that the one in the file does not matter.

    Raises:
        UserValueError: They name a class that may not be loaded (see :mod:`tfaip.util.trust`), or a file or folder that
            leads out of the directory it belongs to.
    """
    prefix = f"{where}, " if where else ""
    folder = _folder_of(where)
    if not scenario_known:
        place = f"{prefix}{'scenario.' if 'scenario' in params else ''}scenario_id"
        check_trusted(stored_module(scenario_dict(params, where)["scenario_id"], place), place, folder)
    for path, reference in _class_names(params):
        _check_class_name(reference, prefix + path, folder)
    _check_data(params.get("scenario", params), prefix)
    _check_file_names(params, prefix)


def stored_module(scenario_id: Any, place: str) -> str:
    """Return the module of a stored ``scenario_id``.

    Raises:
        UserValueError: It is no name of a scenario.
    """
    if not isinstance(scenario_id, str):
        raise UserValueError(
            "The name of the scenario is no text.", where=place, expected="'module:Class'", got=repr(scenario_id)[:80]
        )
    return split_reference(scenario_id, place)[0] if ":" in scenario_id else scenario_id


def _folder_of(where: str) -> Optional[str]:
    if not where:
        return None
    return where if os.path.isdir(where) else os.path.dirname(os.path.abspath(where))


def _check_class_name(reference: Any, place: str, folder: Optional[str]) -> None:
    # a missing one may stand in a parameter of another version that is skipped; if it is needed, it is refused then
    with contextlib.suppress(MissingModuleError):
        check_trusted(split_reference(reference, place)[0], place, folder)


def _class_names(params: Any) -> Iterator[Tuple[str, Any]]:
    """Yield the places and values of all class names."""
    pending = [("", params)]
    while pending:
        path, node = pending.pop()
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, value in items:
            inner = f"{path}.{key}" if path else str(key)
            if key == CLASS_KEY:
                yield inner, value
            elif isinstance(value, (dict, list)):
                pending.append((inner, value))


def _check_data(scenario: Any, prefix: str) -> None:
    if isinstance(scenario, dict) and "data" in scenario and scenario["data"] is None:
        raise UserValueError("A scenario needs data.", where=f"{prefix}data", expected="{...}", got="null")


def _check_file_names(params: Dict[str, Any], prefix: str) -> None:
    scenario = params.get("scenario")
    if isinstance(scenario, dict):
        _check_names(params, TRAINER_NAMES, prefix)
        stopping = params.get("early_stopping")
        if isinstance(stopping, dict):
            _check_names(stopping, ("best_model_name",), f"{prefix}early_stopping.")
        _check_names(scenario, SCENARIO_NAMES, f"{prefix}scenario.")
    else:
        _check_names(params, SCENARIO_NAMES, prefix)


def _check_names(values: Dict[str, Any], names: Tuple[str, ...], prefix: str) -> None:
    for name in names:
        if values.get(name) is not None:
            check_stays_inside(values[name], prefix + name)
