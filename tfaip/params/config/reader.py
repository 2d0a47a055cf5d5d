# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Read configuration files."""

import os
from typing import Callable, Iterator, List, Optional

from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.nodes import SEPARATOR
from tfaip.params.config.entry import Entry, entry_of
from tfaip.params.decode import CLASS_KEY
from tfaip.params.depth import MAX_DEPTH
from tfaip.params.migrations import SCHEMA_KEY, SCHEMA_VERSION, migrate
from tfaip.util.errors import UserError

CONFIG_FILENAME = "config.yaml"
MAX_BYTES = 8 * 1024 * 1024


def read_config(path: str, mistakes: List[Mistake]) -> Optional[Entry]:
    """Return the mapping of a configuration file, None if it cannot be read.

    Args:
        path: The file; JSON if its name ends with ``.json``, else YAML.
        mistakes: Gets what is wrong with it.
    """
    text = _read_text(path, mistakes)
    if text is None:
        return None
    found: List[Mistake] = []
    try:
        entry = _parser_of(path)(text, path, found) if text.strip() else Entry({}, path, 1)
    except RecursionError:
        found.append(_too_deep(path))
    if not found:
        found += _check_depth(entry)
    mistakes += found
    if found:
        return None
    if entry.value is None:
        entry.value = {}
    if not isinstance(entry.value, dict):
        mistakes.append(
            Mistake(
                "A configuration file must be a mapping.",
                where=entry.where,
                expected="name: value, such as `trainer: {epochs: 10}`",
                got=f"{entry.show(40)} ({entry.kind()})",
            )
        )
        return None
    if CLASS_KEY in entry.value:
        what, where = "This is the parameter file of a run, not a configuration file.", entry.value[CLASS_KEY].where
        mistakes.append(Mistake(what, hint=f"tfaip-train-from-params {path}", where=where))
        return None
    return _of_this_schema(entry, mistakes)


def _check_depth(entry: Entry) -> Iterator[Mistake]:
    """Yield the first mistake of too many levels; those of dotted names count, too."""
    pending = [(entry, 0)]
    while pending:
        node, depth = pending.pop()
        for key, child in node.children():
            inner = depth + 1 + key.count(SEPARATOR)
            if inner > MAX_DEPTH:
                yield _too_deep(child.where)
                return
            pending.append((child, inner))


def _too_deep(where: str) -> Mistake:
    return Mistake("The configuration file is nested too deeply.", expected=f"at most {MAX_DEPTH} levels", where=where)


def _parser_of(path: str) -> Callable[[str, str, List[Mistake]], Entry]:
    # Imported late: most command lines name no file.
    if path.lower().endswith(".json"):
        from tfaip.params.config.jsontext import read_json

        return read_json
    from tfaip.params.config.yamltext import read_yaml

    return read_yaml


def _read_text(path: str, mistakes: List[Mistake]) -> Optional[str]:
    what, got, hint = "The configuration file cannot be read.", "", None
    try:
        if os.path.isdir(path):
            got, hint = "a directory", _hint_for_directory(path)
        elif os.path.exists(path) and os.path.getsize(path) > MAX_BYTES:
            what, got = "The configuration file is too large.", f"{os.path.getsize(path)} bytes"
            mistakes.append(Mistake(what, expected=f"up to {MAX_BYTES} bytes", got=got, where=path))
            return None
        else:
            with open(path, encoding="utf-8-sig") as file:
                text = file.read(MAX_BYTES + 1)
            if len(text) <= MAX_BYTES:
                return text
            what, got = "The configuration file is too large.", f"more than {MAX_BYTES} bytes"
    except FileNotFoundError:
        what, got = "There is no such configuration file.", ""
    except OSError as e:
        got = e.strerror or str(e)
    except UnicodeDecodeError as e:
        got = f"no UTF-8 text: {e.reason} at byte {e.start}"
    mistakes.append(Mistake(what, got=got or None, hint=hint, where=path))
    return None


def _hint_for_directory(path: str) -> Optional[str]:
    inside = os.path.join(path, CONFIG_FILENAME)
    return f"--config {inside}" if os.path.isfile(inside) else None


def _of_this_schema(entry: Entry, mistakes: List[Mistake]) -> Optional[Entry]:
    """Return the entries in the form of this version; a file without version has it."""
    version = entry.value.get(SCHEMA_KEY)
    if version is None:
        return entry
    if isinstance(version.value, float) and version.value.is_integer():
        version.value = int(version.value)
    if not isinstance(version.value, int) or isinstance(version.value, bool) or version.value < 1:
        what, got = f"{SCHEMA_KEY} is the number of a version.", f"{version.show()} ({version.kind()})"
        mistakes.append(Mistake(what, where=version.where, expected=f"a number up to {SCHEMA_VERSION}", got=got))
        return None
    if version.value > SCHEMA_VERSION:
        mistakes.append(
            Mistake(
                "The configuration file is of a newer version of tfaip.",
                where=version.where,
                expected=f"{SCHEMA_KEY} up to {SCHEMA_VERSION}",
                got=str(version.value),
                hint="Update tfaip.",
            )
        )
        return None
    if version.value < SCHEMA_VERSION:
        try:
            entry = entry_of(migrate(entry.plain(), entry.file), entry)
        except UserError as e:
            mistakes.append(Mistake(e.what, expected=e.expected, got=e.got, hint=e.hint, where=e.where or entry.file))
            return None
    entry.value.pop(SCHEMA_KEY, None)
    return entry
