# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The working directory as a place for the modules that a user names on the command line."""

import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from typing import List, Optional


def search_working_directory(top: str) -> None:
    """Let the package ``top`` be found in the working directory.

    It is searched last; but first if it holds the package and an installed one of the same name would hide it (several
    distributions install a package called ``examples``). Worker processes get the same order.

    This is for names that the user typed, and for packages that the user trusts. Another name out of a file must not
    get here.
    """
    cwd = os.getcwd()
    if cwd not in sys.path and "" not in sys.path:
        sys.path.append(cwd)
    if top in sys.modules or not top.isidentifier():
        return
    local = PathFinder.find_spec(top, [cwd])
    if local is not None and _location_of(local) != _location_of(importlib.util.find_spec(top)):
        sys.path.insert(0, cwd)


def is_in_working_directory(top: str) -> bool:
    """Return whether the working directory holds the package ``top``, without importing it."""
    return top.isidentifier() and PathFinder.find_spec(top, [os.getcwd()]) is not None


def _location_of(spec: Optional[ModuleSpec]) -> List[str]:
    if spec is None:
        return []
    return [spec.origin] if spec.origin else list(spec.submodule_search_locations or [])
