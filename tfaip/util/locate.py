# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where Python would find a module, without importing it or any of its parents.

The standard library's ``find_spec`` is asked for the top-level name only, since it imports the parents of any other
name. The rest is looked up on disk, in the same order as the import does it.
"""

import dataclasses
import importlib.machinery
import importlib.util
import os
import re
import sys
from typing import Any, List, Optional, Sequence, Tuple

from tfaip.util.installed import editable_path, is_trusted_directory

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAX_LENGTH = 255


@dataclasses.dataclass(frozen=True)
class Location:
    """Where a module is.

    Attributes:
        module: Its name.
        path: Its file, or its directory if it is a package without ``__init__.py``; None if there is no such module.
        root: The directory that holds the top-level package; None if not even that was found.
        trusted: Whether it was found, and in an installed package or in a directory on ``PYTHONPATH``.
    """

    module: str
    path: Optional[str] = None
    root: Optional[str] = None
    trusted: bool = False


@dataclasses.dataclass(frozen=True)
class _Portion:
    """A directory that a package searches for its modules."""

    path: str
    root: str
    trusted: bool


def is_module_name(name: Any) -> bool:
    """Return whether a name can be the one of a module that a file may name.

    Only plain letters (others can look alike), and none of Python's special modules: ``__main__`` below a package is a
    program that would run.
    """
    if not isinstance(name, str) or not name or len(name) > _MAX_LENGTH:
        return False
    parts = name.split(".")
    return all(_NAME.fullmatch(part) and not (part.startswith("__") and part.endswith("__")) for part in parts)


def is_standard_library(module: str) -> bool:
    """Return whether the module belongs to Python itself."""
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top in sys.builtin_module_names


def locate_module(module: str) -> Location:
    """Find a module where the import would find it. Nothing is imported.

    Args:
        module: The name of the module.
    """
    if not is_module_name(module) or is_standard_library(module):
        return Location(module)
    names = module.split(".")
    start, portions = _imported_portions(names)
    if start == 0:
        spec = _top_level_spec(names[0])
        if spec is None:
            return Location(module)
        start, portions = 1, _portions_of(spec)
        if len(names) == 1:
            path = spec.origin if spec.has_location else None
            return _location(module, path or (portions[0].path if portions else None), portions)
    location = _descend(module, names[start:], portions)
    return location if location.path is not None else _locate_editable(module) or location


def locate_in_working_directory(module: str) -> Location:
    """Find a module in the working directory, for a message; the location is never trusted."""
    try:
        cwd = os.getcwd()
    except FileNotFoundError:
        return Location(module)
    if not is_module_name(module):
        return Location(module)
    return _descend(module, module.split("."), [_Portion(cwd, cwd, trusted=False)])


def _imported_portions(names: Sequence[str]) -> Tuple[int, List[_Portion]]:
    """Return the depth of the innermost parent that is imported, and where that searches for its modules."""
    for depth in range(len(names) - 1, 0, -1):
        module = sys.modules.get(".".join(names[:depth]))
        if module is not None:
            paths = getattr(module, "__dict__", {}).get("__path__") or []
            return depth, [_portion(str(path), names[:depth]) for path in paths]
    return 0, []


def _portion(path: str, names: Sequence[str]) -> _Portion:
    """Return a directory of a package; it is trusted if the package lies as usual below a trusted directory."""
    editable = editable_path(".".join(names))
    if editable is not None and os.path.dirname(editable[0]) == path:
        return _Portion(path, os.path.dirname(path), trusted=True)
    root = path
    for name in reversed(names):
        root, last = os.path.split(root)
        if last != name:
            return _Portion(path, path, trusted=False)
    return _Portion(path, root, is_trusted_directory(root))


def _top_level_spec(name: str) -> Optional[importlib.machinery.ModuleSpec]:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None


def _portions_of(spec: importlib.machinery.ModuleSpec) -> List[_Portion]:
    """Return the directories of a top-level package; of a module that is no package its only file."""
    if spec.submodule_search_locations is not None:
        return [_portion(str(path), [spec.name]) for path in spec.submodule_search_locations]
    if not spec.has_location or spec.origin is None:
        return []
    root = os.path.dirname(spec.origin)
    trusted = editable_path(spec.name) == (spec.origin, False) or is_trusted_directory(root)
    return [_Portion(spec.origin, root, trusted)]


def _location(module: str, path: Optional[str], portions: List[_Portion]) -> Location:
    # a package without __init__.py runs nothing, but what would be found below it must be trusted part by part
    trusted = bool(portions) and all(portion.trusted for portion in portions)
    return Location(module, path, portions[0].root if portions else None, trusted and path is not None)


def _descend(module: str, names: Sequence[str], portions: List[_Portion]) -> Location:
    """Follow the names below the directories of a package, as the import does it."""
    root = portions[0].root if portions else None
    path: Optional[str] = None
    for name in names:
        path, portions = _find(name, portions)
        if path is None:
            return Location(module, None, root)
    return _location(module, path, portions)


def _find(name: str, portions: List[_Portion]) -> Tuple[Optional[str], List[_Portion]]:
    """Return the file (or directory) of a name in the first directory that has it, and where to look below it.

    Directories without ``__init__.py`` are portions of a namespace package, which count if there is nothing else.
    """
    namespace: List[_Portion] = []
    suffixes = importlib.machinery.all_suffixes()
    for portion in portions:
        folder = os.path.join(portion.path, name)
        inner = dataclasses.replace(portion, path=folder)
        for suffix in suffixes:
            if os.path.isfile(os.path.join(folder, f"__init__{suffix}")):
                return os.path.join(folder, f"__init__{suffix}"), [inner]
        for suffix in suffixes:
            if os.path.isfile(folder + suffix):
                return folder + suffix, [dataclasses.replace(portion, path=folder + suffix)]
        if os.path.isdir(folder):
            namespace.append(inner)
    return (namespace[0].path, namespace) if namespace else (None, [])


def _locate_editable(module: str) -> Optional[Location]:
    """Return the location if an editable install has the module, or a parent of it, apart from the other portions."""
    names = module.split(".")
    for depth in range(len(names), 1, -1):
        found = editable_path(".".join(names[:depth]))
        if found is None:
            continue
        path, is_package = found
        if depth == len(names):
            return Location(module, path, os.path.dirname(path), trusted=True)
        folder = os.path.dirname(path)
        portions = [_Portion(folder, os.path.dirname(folder), trusted=True)] if is_package else []
        return _descend(module, names[depth:], portions)
    return None
