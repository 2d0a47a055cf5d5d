# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How a new scenario may be called, and how its classes are called then."""

import keyword
import os
import re
from collections.abc import Iterable
from typing import Optional

from tfaip.util.errors import UserError, UserValueError
from tfaip.util.locate import is_module_name, is_standard_library, locate_module

NAME = "NAME"
TEMPLATE_PREFIX = "Template"
CLASSES_OF_TEMPLATE = re.compile(rf"\b{TEMPLATE_PREFIX}(?=[A-Z])")


def class_prefix(name: str) -> str:
    """Return what the names of the classes begin with: ``MyTask`` for ``my_task``."""
    return "".join(part[0].upper() + part[1:] for part in name.split("_") if part)


def check_name(name: str, folder: str) -> None:
    """Check that a scenario can have a name, and that nothing else has it.

    Args:
        name: The name of the package.
        folder: Where it will be.

    Raises:
        UserError: It is no name of a Python package, hides another module, or is there already.
    """
    _check_form(name)
    for taken in (os.path.join(folder, name), os.path.join(folder, f"{name}.py")):
        if os.path.lexists(taken):
            raise UserError(
                "The scenario is not written: its place is taken.",
                where=f"{NAME} {name}",
                expected="a name that is not used yet",
                got=f"{taken} is there already",
                hint="another name, or --output_dir DIR for another place",
            )
    module = "a module of Python itself" if is_standard_library(name) else locate_module(name).path
    if module is not None:
        raise UserValueError(
            "The name belongs to a module, which the new scenario would hide or be hidden by.",
            where=NAME,
            expected="a name that no module has",
            got=f"{name}: {module}",
            hint=f"my_{name}",
        )


def check_classes(name: str, texts: Iterable[str]) -> None:
    """Check that no class of the new scenario gets the name of another class in its files.

    Args:
        name: The name of the package.
        texts: The Python files of the template.

    Raises:
        UserValueError: One does.
    """
    prefix = class_prefix(name)
    words = {word for text in texts for word in re.findall(r"\w+", text)}
    own = {CLASSES_OF_TEMPLATE.sub(prefix, word) for word in words if CLASSES_OF_TEMPLATE.match(word)}
    taken = sorted(own & words)
    if taken:
        raise UserValueError(
            "The classes of the scenario would have the names of classes of tfaip.",
            where=NAME,
            expected="another name",
            got=f"{name}: {', '.join(taken)}",
            hint=f"my_{name}",
        )


def _check_form(name: str) -> None:
    parent, _, last = name.rstrip("/").rpartition("/")
    if parent and _is_possible(last):
        raise UserValueError(
            "The name of a scenario holds no folder.",
            where=NAME,
            expected="a name",
            got=name,
            hint=f"tfaip-new {last} --output_dir {parent}",
        )
    if not _is_possible(name):
        raise UserValueError(
            "This cannot be the name of a scenario, which is a Python package.",
            where=NAME,
            expected="letters a to z, digits and _, not beginning with a digit, and no word of the language",
            got=repr(name),
            hint=_possible_name(name),
        )


def _is_possible(name: str) -> bool:
    return (
        is_module_name(name) and "." not in name and not keyword.iskeyword(name) and class_prefix(name).isidentifier()
    )


def _possible_name(name: str) -> Optional[str]:
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return next((candidate for candidate in (words, f"my_{words}") if words and _is_possible(candidate)), None)
