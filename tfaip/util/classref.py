# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of classes in files and on the command line: ``package.module:Class``."""

import importlib
import sys
from types import ModuleType
from typing import Any, Mapping, Optional

from tfaip.util.errors import UserError, did_you_mean
from tfaip.util.searchpath import search_working_directory
from tfaip.util.trust import check_trusted, search_for_trusted

_MAX_LENGTH = 1000


def class_reference(cls: type) -> str:
    """Return the name by which :func:`resolve_class` finds the class again."""
    name = cls.__name__ if "<locals>" in cls.__qualname__ else cls.__qualname__
    return f"{cls.__module__}:{name}"


def resolve_class(
    reference: str, *, where: Optional[str] = None, trusted: bool = False, folder: Optional[str] = None
) -> type:
    """Return the class that a reference names, and import its module if need be.

    This and :mod:`tfaip.scenario.importing` are the only places where a name leads to an import.

    Args:
        reference: ``package.module:Class``, the class may be nested in others (``Outer.Inner``).
        where: The place of the reference, for the message.
        trusted: Whether the user typed the reference. One out of a file is located before anything is imported, see
            :mod:`tfaip.util.trust`.
        folder: The directory of the file that the reference comes from.

    Returns:
        The class. It may be any class: whether it may stand where the reference stands is for the caller to check.

    Raises:
        UserError: The reference is malformed or not trusted, its module cannot be imported or has no such class.
    """
    module_name, class_path = split_reference(reference, where)
    if not trusted:
        check_trusted(module_name, where, folder)
    module = sys.modules.get(module_name)
    if module is None:
        if trusted:
            search_working_directory(module_name.partition(".")[0])
        else:
            search_for_trusted(module_name)
        module = _import(module_name, reference, where)
    return _attribute(module, class_path, reference, where)


def is_dataclass_type(cls: type) -> bool:
    """Return whether a class is a dataclass. Looks only at what stands in the classes."""
    return any("__dataclass_fields__" in vars(base) for base in cls.__mro__)


def is_parameter_class(cls: type) -> bool:
    """Return whether a class is meant for parameters: a dataclass of ``pai_dataclass`` or ``dataclass_json``."""
    marked = any("__pai_dataclass__" in vars(base) or "from_json" in vars(base) for base in cls.__mro__)
    return marked and is_dataclass_type(cls)


def split_reference(reference: Any, where: Optional[str] = None) -> "tuple[str, str]":
    """Return module and class of a reference, by its form only.

    Raises:
        UserError: It is malformed.
    """
    if not isinstance(reference, str):
        raise UserError(
            "The name of a class is no text.", where=where, expected="package.module:Class", got=repr(reference)[:80]
        )
    module_name, separator, class_path = reference.partition(":")
    parts = [*module_name.split("."), *class_path.split(".")]
    if not separator or len(reference) > _MAX_LENGTH or not all(part.isidentifier() for part in parts):
        raise UserError(
            "This is not the name of a class.",
            where=where,
            expected="package.module:Class",
            got=reference[:80] or "an empty name",
        )
    return module_name, class_path


def _import(module_name: str, reference: str, where: Optional[str]) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except ImportError as e:
        raise UserError(
            f"The module of the class {reference} cannot be imported.",
            where=where,
            got=str(e),
            hint=f"Install the package or add its directory to PYTHONPATH, so that `import {module_name}` works.",
        ) from e


def _attribute(module: ModuleType, class_path: str, reference: str, where: Optional[str]) -> type:
    """Return the class at the path below the module.

    Only what stands in the module and in classes is looked at: no attribute is computed, and nothing is reached
    through other objects.
    """
    found: Any = module
    for name in class_path.split("."):
        members: Mapping[str, Any] = vars(found)
        if name not in members:
            classes = [key for key, value in members.items() if isinstance(value, type)]
            raise UserError(
                f"{found.__name__} has no class {name}.",
                where=where,
                got=reference,
                hint=did_you_mean(name, classes),
            )
        found = members[name]
        if not isinstance(found, type):
            raise UserError(
                f"{reference} is not a class.", where=where, expected="a class", got=f"a {type(found).__name__}"
            )
    return found
