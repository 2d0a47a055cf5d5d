# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What each module of the package imports, read from its source."""

import ast
import functools
from pathlib import Path
from typing import Iterator, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tfaip"


class Import(NamedTuple):
    """An import statement: the importing module, the imported one, its line, and whether it runs at import time."""

    module: str
    imported: str
    line: int
    at_import: bool


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def all_modules() -> list[str]:
    return sorted(module_name(path) for path in PACKAGE.rglob("*.py"))


def imports_of(path: Path) -> list[Import]:
    """All imports that count: not those for type checkers, and not those inside ``cls()`` and ``*_cls()``."""
    return list(_walk(ast.parse(path.read_text()), module_name(path), at_import=True))


@functools.cache
def all_imports() -> list[Import]:
    return [entry for path in sorted(PACKAGE.rglob("*.py")) for entry in imports_of(path)]


def _walk(node: ast.AST, module: str, at_import: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(module, alias.name, child.lineno, at_import)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"{module}:{child.lineno} is a relative import"
            for alias in child.names:
                full = f"{child.module}.{alias.name}"
                yield Import(module, full if _is_module(full) else str(child.module), child.lineno, at_import)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _walk_all(child.orelse, module, at_import)
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if child.name != "cls" and not child.name.endswith("_cls"):
                yield from _walk(child, module, at_import=False)
        else:
            yield from _walk(child, module, at_import)


def _walk_all(nodes: list[ast.stmt], module: str, at_import: bool) -> Iterator[Import]:
    for node in nodes:
        yield from _walk(ast.Module([node], []), module, at_import)


@functools.cache
def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()
