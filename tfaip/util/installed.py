# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Directories of installed code: of distributions, of editable installs, and those on ``PYTHONPATH``."""

import functools
import os
import site
import sys
import sysconfig
from typing import Any, FrozenSet, Iterator, List, Optional, Tuple

# The finders that editable installs put on sys.meta_path, by the tool that writes them: setuptools, editables (hatch
# and others), scikit-build-core, meson-python. Others, such as the one of pytest, find what is on sys.path, too.
_EDITABLE_FINDERS = frozenset(
    {"_EditableFinder", "RedirectingFinder", "ScikitBuildRedirectingFinder", "MesonpyMetaFinder"}
)


def _working_directory() -> Optional[str]:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None


# relative entries of PYTHONPATH begin where Python was started
_STARTED_IN = _working_directory()


def is_trusted_directory(path: str) -> bool:
    """Return whether the packages in a directory are installed, or the directory is on ``PYTHONPATH``."""
    normal = _normal(path)
    return normal in installation_directories() or normal in _pythonpath() or normal in set(_pth_directories())


def is_installation_directory(path: str) -> bool:
    """Return whether distributions are installed to a directory."""
    return _normal(path) in installation_directories()


@functools.cache
def installation_directories() -> FrozenSet[str]:
    """Return the directories that distributions are installed to."""
    paths = sysconfig.get_paths()
    directories = [paths["purelib"], paths["platlib"], *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        directories.append(site.getusersitepackages())
    # some systems have their packages directly in the library's directory, which is not meant here
    standard_library = {_normal(paths["stdlib"]), _normal(paths["platstdlib"])}
    return frozenset(map(_normal, directories)) - standard_library


def editable_path(name: str) -> Optional[Tuple[str, bool]]:
    """Return file of a module, and whether it is a package, if the finder of an editable install knows it.

    Args:
        name: The module; its parents are not imported.
    """
    for finder in sys.meta_path:
        if not _is_editable_finder(finder):
            continue
        try:
            spec: Any = finder.find_spec(name, None)
        except (ImportError, ValueError, AttributeError, KeyError):
            continue
        if spec is not None and spec.has_location and spec.origin:
            return spec.origin, spec.submodule_search_locations is not None
    return None


def _is_editable_finder(finder: Any) -> bool:
    """Return whether it is one of an editable install whose code itself is installed."""
    cls = finder if isinstance(finder, type) else type(finder)
    if cls.__name__ not in _EDITABLE_FINDERS:
        return False
    filename = getattr(sys.modules.get(cls.__module__), "__file__", None)
    directory = os.path.dirname(filename) if filename else ""
    parents = (directory, os.path.dirname(directory))
    return any(_normal(parent) in installation_directories() for parent in parents if parent)


def _pythonpath() -> Iterator[str]:
    """Yield the directories on ``PYTHONPATH``. An empty entry means the working directory and does not count.

    A relative one begins where Python was started, which put it on ``sys.path`` with its whole name. If it is not
    there, the program has changed its directory before this package was imported: what the entry means now is another
    directory.
    """
    if sys.flags.ignore_environment:
        return
    searched = {_normal(path) for path in sys.path if os.path.isabs(path)}
    for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        if os.path.isabs(entry):
            yield _normal(entry)
        elif entry and _STARTED_IN is not None:
            directory = _normal(os.path.join(_STARTED_IN, entry))
            if directory in searched:
                yield directory


def _pth_directories() -> List[str]:
    """Return the directories that the ``.pth`` files of editable installs put on ``sys.path``."""
    found: List[str] = []
    for directory in installation_directories():
        try:
            names = [name for name in os.listdir(directory) if name.endswith(".pth")]
        except OSError:
            continue
        for name in names:
            found += _lines_of_pth(directory, name)
    return found


def _lines_of_pth(directory: str, name: str) -> List[str]:
    try:
        with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
            lines = [line.strip() for line in file]
    except OSError:
        return []
    # a line that starts with import is code
    paths = [line for line in lines if line and not line.startswith(("#", "import ", "import\t"))]
    return [_normal(os.path.join(directory, path)) for path in paths]


def _normal(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))
