# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The trees of scenarios for completion: out of the cache, or computed the first time."""

import contextlib
import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple

from tfaip.params.completion.cache import CacheEntry, cache_directory, cache_entry, read_cache, write_cache
from tfaip.scenario.importing import import_scenario, import_stored_scenario, is_importable, scenario_module
from tfaip.scenario.paramsfile import find_params_file, read_params_dict, scenario_dict
from tfaip.scripts.completion.scenarionames import scenario_file
from tfaip.util.locate import locate_module
from tfaip.util.trust import check_trusted

if TYPE_CHECKING:
    from tfaip.util.tfaipargparse import TFAIPArgumentParser

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def tree_of_scenario(program: str, name: str) -> Optional[Dict[str, Any]]:
    """Return the tree of a scenario that the line names, None if there is no such scenario."""
    module = scenario_module(name)
    if not is_importable(name):
        return None
    entry = _entry(program, name, module)
    tree = read_cache(entry)
    # a word that names something else must not be imported
    if tree is None and scenario_file(module) is not None:
        tree = _compute(program, lambda: import_scenario(name))
        write_cache(entry, tree)
    return tree


def tree_of_model(program: str, path: str) -> Tuple[Optional[Dict[str, Any]], Dict[str, Any]]:
    """Return the tree of the scenario of a run or a model directory, and the stored parameters.

    A name in a file is imported only if it is trusted; completion asks nobody to trust it.

    Raises:
        UserError: There are no parameters, or their scenario is not trusted.
    """
    stored = read_params_dict(path)
    name = str(scenario_dict(stored, path)["scenario_id"])
    module = name.partition(":")[0]
    check_trusted(module, folder=os.path.dirname(find_params_file(path)))
    entry = _entry(program, f"stored {name}", module)
    tree = read_cache(entry)
    if tree is None:
        tree = _compute(program, lambda: import_stored_scenario(name))
        write_cache(entry, tree)
    return tree, stored


def keep_tree(parser: "TFAIPArgumentParser", name: str) -> None:
    """Keep the tree that a program has made anyway, for the next completion; only where completion is in use.

    Args:
        parser: The parser of the program with the parameters of the scenario.
        name: The scenario as the line names it.
    """
    if not os.path.isdir(cache_directory()):
        return
    # whatever happens here, the program goes on
    with contextlib.suppress(Exception):
        entry = _entry(parser.prog, name, scenario_module(name))
        if read_cache(entry) is None:
            write_cache(entry, _plain(parser))


def _entry(program: str, name: str, module: str) -> CacheEntry:
    top = module.partition(".")[0]
    root = locate_module(top).root or ""
    folder = os.path.join(root, top)
    source = folder if os.path.isdir(folder) else f"{folder}.py"
    return cache_entry(program, name, [source, PACKAGE] if source != PACKAGE else [PACKAGE])


def _compute(program: str, load: "Callable[[], Any]") -> Dict[str, Any]:
    from tfaip.scripts.scenarioparser import create_scenario_parser

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    scenario_cls: Any = load()
    return _plain(create_scenario_parser(program, scenario_cls))


def _plain(parser: "TFAIPArgumentParser") -> Dict[str, Any]:
    # imported late: a cached tree does not need it
    from tfaip.params.completion.plaintree import plain_tree

    return plain_tree(parser.roots, parser.spellings)
