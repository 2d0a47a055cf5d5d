# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenarios of the working directory and of PYTHONPATH, found by looking at files: nothing is imported."""

import os
import re
from typing import Iterator, List, Optional, Tuple

MAX_DEPTH = 5
MAX_ENTRIES = 5000
MAX_SIZE = 500_000
SCENARIO_FILE = "scenario.py"
_CLASS = re.compile(r"^class (\w+)\([^)]*?Scenario\w*", re.MULTILINE)
_SKIPPED = {"__init__.py", "__main__.py", "setup.py", "conftest.py"}


def scenario_names(prefix: str) -> List[str]:
    """Return the names of scenarios that begin with ``prefix``.

    A package with a scenario module is offered by its own name; the classes behind a colon.
    """
    module, colon, _ = prefix.partition(":")
    if colon:
        path = scenario_file(module)
        names = [f"{module}:{name}" for name in classes_in(path)] if path else []
    else:
        dotted = prefix.replace("/", ".")
        names = sorted({name for root in search_roots() for name in _names_in(root, dotted)})
        names = [name.replace(".", "/") for name in names] if "/" in prefix else names
    return [name for name in names if name.startswith(prefix)]


def search_roots() -> List[str]:
    """Return the directories that are searched."""
    entries = [os.curdir, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return list(dict.fromkeys(os.path.abspath(entry) for entry in entries if entry))


def scenario_file(module: str) -> Optional[str]:
    """Return the file of a module or package of that name that seems to hold a scenario, None if there is none."""
    parts = module.replace("/", ".").split(".")
    for root in search_roots():
        base = os.path.join(root, *parts)
        for path in (f"{base}.py", os.path.join(base, SCENARIO_FILE), os.path.join(base, "__init__.py")):
            if os.path.isfile(path) and classes_in(path):
                return path
    return None


def classes_in(path: str) -> List[str]:
    """Return the names of the classes in a file that seem to be scenarios."""
    try:
        if os.path.getsize(path) > MAX_SIZE:
            return []
        with open(path, encoding="utf-8") as file:
            return [name for name in _CLASS.findall(file.read()) if "Params" not in name]
    except (OSError, UnicodeDecodeError):
        return []


def _names_in(root: str, prefix: str) -> Iterator[str]:
    pending: List[Tuple[str, str, int]] = [(root, "", 0)]
    count = 0
    while pending and count < MAX_ENTRIES:
        folder, package, depth = pending.pop()
        for entry in _entries(folder):
            count += 1
            name = f"{package}{entry.name.removesuffix('.py')}"
            if entry.is_dir(follow_symlinks=False):
                leads_on = f"{name}.".startswith(prefix) or prefix.startswith(f"{name}.")
                if depth < MAX_DEPTH and entry.name.isidentifier() and not _is_skipped(entry) and leads_on:
                    pending.append((entry.path, f"{name}.", depth + 1))
            elif entry.name == SCENARIO_FILE and package and classes_in(entry.path):
                yield package.removesuffix(".")
            elif name.startswith(prefix) and _can_be_scenario(entry) and classes_in(entry.path):
                yield name


def _entries(folder: str) -> List["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _can_be_scenario(entry: "os.DirEntry[str]") -> bool:
    name, extension = os.path.splitext(entry.name)
    return extension == ".py" and name.isidentifier() and entry.name not in _SKIPPED and not name.startswith("test_")


def _is_skipped(entry: "os.DirEntry[str]") -> bool:
    if entry.name in ("__pycache__", "node_modules", "build", "dist"):
        return True
    return os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
