# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Differences as text for people and as JSON for machines."""

import json
import math
from typing import Any, Dict, List, Sequence

from tfaip.params.diff.compare import CLASS_KEY, MISSING, Difference
from tfaip.util.plaintext import without_controls

NOTHING = "-"
_WIDTH = 60


def format_table(differences: Sequence[Difference], name_a: str, name_b: str) -> str:
    """Return an aligned table with a row for each difference: tree path, first value, second value.

    Args:
        differences: The differences.
        name_a: The title of the first values.
        name_b: The title of the second values.
    """
    rows = [["parameter", name_a, name_b]]
    rows += [[without_controls(d.path, line_breaks=False), show(d.a, d.path), show(d.b, d.path)] for d in differences]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return "\n".join(f"{path:<{widths[0]}}  {a:<{widths[1]}}  {b}".rstrip() for path, a, b in rows)


def show(value: Any, path: str = "", width: int = _WIDTH) -> str:
    """Return the value of a path for a table: as JSON, an object by its class, long ones shortened."""
    if value is MISSING:
        return NOTHING
    if isinstance(value, dict) and CLASS_KEY in value:
        return without_controls(str(value[CLASS_KEY]), line_breaks=False)
    if path.rpartition(".")[2] == CLASS_KEY:
        return without_controls(str(value), line_breaks=False)
    text = json.dumps(value)
    return text if len(text) <= width else f"{text[: width - 3]}..."


def to_json(differences: Sequence[Difference]) -> List[Dict[str, Any]]:
    """Return the differences for a program: ``path``, ``a`` and ``b``, one of them left out where it has no value.

    Numbers that JSON does not know are the texts NaN, Infinity and -Infinity.
    """
    return [
        {"path": d.path, **{key: _plain(value) for key, value in (("a", d.a), ("b", d.b)) if value is not MISSING}}
        for d in differences
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
