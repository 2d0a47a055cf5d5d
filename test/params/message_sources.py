# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Finds the texts of messages in the source code, to check that each of them stands in a snapshot."""

import ast
import pathlib

MAKERS = {"Mistake", "ValueMistake", "UserError", "UserValueError", "UserTypeError"}


def message_parts(path: pathlib.Path) -> set[str]:
    """Return the constant parts of the messages that the functions of a module make.

    They are all texts with several words in a function (but its documentation, and what it tells a developer by another
    kind of error) that makes a mistake of the user, or returns a hint.
    """
    parts: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and (_makes_message(node) or node.name.endswith("_hint")):
            parts |= _texts(node)
    return parts


def missing_parts(path: pathlib.Path, snapshots: str) -> list[str]:
    """Return the parts of messages of a module that no snapshot has."""
    flat = " ".join(snapshots.split())
    return sorted(part for part in message_parts(path) if " ".join(part.split()) not in flat)


def _makes_message(function: ast.FunctionDef) -> bool:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(isinstance(func, ast.Name) and func.id in MAKERS for func in calls)


def _texts(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
        return set().union(*(_texts(child) for child in node.body[1:]))
    if isinstance(node, ast.Raise) and "TypeError" in ast.dump(node) and "UserTypeError" not in ast.dump(node):
        return set()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        # A part of one word could stand anywhere.
        return {node.value.strip()} if " " in node.value.strip() else set()
    return set().union(*(_texts(child) for child in ast.iter_child_nodes(node)))
