# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of classes in files and on the command line: ``package.module:Class``."""

import importlib
from typing import Any, Optional

from tfaip.util.errors import UserError, did_you_mean


def class_reference(cls: type) -> str:
    """Return the name by which :func:`resolve_class` finds the class again."""
    return f"{cls.__module__}:{cls.__name__}"


def resolve_class(reference: str, *, where: Optional[str] = None) -> type:
    """Import the class that a reference names.

    This is the only place where a name out of a file or a command line leads to an import.

    Args:
        reference: ``package.module:Class``, the class may be nested in others (``Outer.Inner``).
        where: The place of the reference, for the message.

    Returns:
        The class.

    Raises:
        UserError: The reference is malformed, its module cannot be imported, or the module has no such class.
    """
    module_name, separator, class_path = reference.partition(":")
    if not separator or not all(part.isidentifier() for part in [*module_name.split("."), *class_path.split(".")]):
        raise UserError(
            "This is not the name of a class.",
            where=where,
            expected="package.module:Class",
            got=reference or "an empty name",
        )
    try:
        module = importlib.import_module(module_name)
    except ImportError as e:
        raise UserError(
            f"The module of the class {reference} cannot be imported.",
            where=where,
            got=str(e),
            hint=f"Install the package or add its directory to PYTHONPATH, so that `import {module_name}` works.",
        ) from e
    return _attribute(module, class_path, reference, where)


def _attribute(module: Any, class_path: str, reference: str, where: Optional[str]) -> type:
    """Return the class at the path below the module."""
    found: Any = module
    for name in class_path.split("."):
        if not hasattr(found, name):
            classes = [key for key, value in vars(found).items() if isinstance(value, type)]
            raise UserError(
                f"{getattr(found, '__name__', found)} has no class {name}.",
                where=where,
                got=reference,
                hint=did_you_mean(name, classes),
            )
        found = getattr(found, name)
    if not isinstance(found, type):
        raise UserError(
            f"{reference} is not a class.", where=where, expected="a class", got=f"a {type(found).__name__}"
        )
    return found
