# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which modules a name out of a file may import.

Importing a module runs it, so a parameter file that names a class could run any code that Python finds, such as a
module that lies beside the file in the working directory. A name is therefore located first, without importing anything
(:mod:`tfaip.util.locate`), and accepted only if

* its module is imported already: nothing new would run,
* or its package is trusted: tfaip itself, packages of ``--trust`` or :func:`trust_package`, and the packages of the
  scenarios that the user names or whose class they use,
* or the module is installed or lies in a directory on ``PYTHONPATH``.

A module that is found in the working directory only is refused, and so is Python's standard library, and one that lies
in the directory of the file: a model must not bring the code that it names.
"""

import os
import shlex
import sys
from typing import List, Optional, Set

from tfaip.util.errors import UserError, UserValueError
from tfaip.util.installed import is_installation_directory
from tfaip.util.locate import Location, is_module_name, is_standard_library, locate_in_working_directory, locate_module
from tfaip.util.searchpath import is_in_working_directory, search_working_directory

__all__ = [
    "Location",
    "MissingModuleError",
    "UntrustedError",
    "check_trusted",
    "is_trusted",
    "locate_module",
    "search_for_trusted",
    "trust_package",
    "trust_package_of",
    "trusted_packages",
]

_trusted: Set[str] = {"tfaip"}


class UntrustedError(UserValueError):
    """A file names a class that may not be loaded."""


class MissingModuleError(UntrustedError):
    """A file names a class of a module that is nowhere."""


def trust_package(name: str) -> None:
    """Let parameter files name the classes of a package, wherever Python finds it, the working directory included.

    Holds for this process and the worker processes that it starts.

    Args:
        name: ``package``, or ``package.subpackage`` to trust a part of it only.

    Raises:
        UserValueError: This is no name of a package.
    """
    if not is_module_name(name):
        raise UserValueError(
            "This is not the name of a package.", where="--trust", expected="package, as Python imports it", got=name
        )
    _trusted.add(name)


def trust_package_of(module: str) -> None:
    """Trust the top-level package of a module that the user named, or whose class they use."""
    top = module.partition(".")[0]
    if is_module_name(top) and not is_standard_library(top):
        _trusted.add(top)


def trusted_packages() -> List[str]:
    """Return the packages that are trusted by name."""
    return sorted(_trusted)


def is_trusted(module: str) -> bool:
    """Return whether the module belongs to a package that is trusted by name."""
    return any(module == name or module.startswith(f"{name}.") for name in _trusted)


def check_trusted(module: str, where: Optional[str] = None, folder: Optional[str] = None) -> None:
    """Check that a name out of a file may be imported. Imports nothing.

    Args:
        module: The module.
        where: The place of the name, for the message.
        folder: The directory of the file.

    Raises:
        UntrustedError: It may not, or there is no such module.
    """
    if not (is_module_name(module) or module == "__main__"):
        raise UntrustedError(
            "This is not the name of a module.", where=where, expected="package.module", got=_shorten(module)
        )
    if is_standard_library(module):
        raise UntrustedError(
            f"{module} belongs to Python itself, which has no parameter classes.",
            where=where,
            expected="a module of an installed package or on PYTHONPATH",
            got=module,
        )
    if sys.modules.get(module) is not None or is_trusted(module):
        return
    location = locate_module(module)
    if not location.trusted:
        raise _refusal(module, location, where)
    if folder is not None and _leads_through(location, folder):
        top = module.partition(".")[0]
        raise UntrustedError(
            f"The file names code that lies in its own directory: {module}.",
            where=where,
            expected="code that did not come with the file",
            got=location.path,
            hint=f"if you trust this code, add --trust {top}",
        )


def search_for_trusted(module: str) -> None:
    """Let a module out of a file be found in the working directory if that is where its package is, and it is trusted.

    Otherwise the directory must stay out of the path: what installed code imports if it is there, such as an optional
    dependency, would come from it, too.

    Args:
        module: The module, which :func:`check_trusted` has accepted.
    """
    top = module.partition(".")[0]
    if is_trusted(module) and top not in sys.modules and is_in_working_directory(top):
        search_working_directory(top)


def _refusal(module: str, location: Location, where: Optional[str]) -> UserError:
    """Return what to tell: where the module was found, or that it was not, and what lets it in."""
    top = module.partition(".")[0]
    expected = f"{module} in an installed package or in a directory on PYTHONPATH"
    other = f"the package {top} in {location.root}, which has no such module" if location.root else ""
    local = location if location.path is not None else locate_in_working_directory(module)
    if local.path is None:
        return MissingModuleError(
            f"There is no module {module}.",
            where=where,
            expected=expected,
            got=other or f"no package {top}",
            hint=f"install it, or add its directory: export PYTHONPATH=DIRECTORY_THAT_HOLDS_{top}",
        )
    here = _is_working_directory(local.root)
    return UntrustedError(
        f"The file names code in {'the working directory' if here else 'a directory'} that is not trusted: {module}.",
        where=where,
        expected=expected,
        got=f"{other}; the working directory has {local.path}" if other and location.path is None else local.path,
        hint=f"if you trust this code, add --trust {top}, or first export PYTHONPATH={shlex.quote(local.root or '')}",
    )


def _leads_through(location: Location, folder: str) -> bool:
    """Return whether a module is found below a directory; an installed one may have its model in its package."""
    path, root = location.path, location.root
    folder = os.path.realpath(folder)
    if path is None or root is None or is_installation_directory(root):
        return False
    while path not in (root, os.path.dirname(path)):
        if os.path.join(os.path.realpath(path), "").startswith(os.path.join(folder, "")):
            return not os.path.join(os.path.realpath(root), "").startswith(os.path.join(folder, ""))
        path = os.path.dirname(path)
    return False


def _is_working_directory(path: Optional[str]) -> bool:
    try:
        return path is not None and os.path.samefile(path, os.curdir)
    except OSError:
        return False


def _shorten(text: str, width: int = 80) -> str:
    shown = ascii(text)
    return shown if len(shown) <= width else f"{shown[: width - 3]}..."
