# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Explain the values of configuration files that are none of their parameter."""

from typing import List, Optional, Union

from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.cli.nodes import Leaf
from tfaip.params.cli.values import ValueMistake
from tfaip.params.config.entry import Entry
from tfaip.params.config.leafvalue import wrong_items
from tfaip.params.fieldtypes import Kind
from tfaip.util.errors import UserError

# Of a list with very many wrong elements only the first are told.
MOST_ITEMS = 5


def wrong_values(entry: Entry, leaf: Leaf, error: Union[ValueMistake, UserError]) -> List[Mistake]:
    """Return the mistakes of a value, of a list or dict those of each element.

    Args:
        entry: What the file says.
        leaf: The parameter.
        error: The first mistake that reading it met.
    """
    if isinstance(error, ValueMistake):
        what = f"{entry.name} {_what(error.is_choice)}"
        hint = error.hint or _hint(leaf, entry)
        return [Mistake(what, error.expected, error.got, hint, f"{entry.where}, {leaf.place.path}")]
    errors = wrong_items(leaf.spec, entry) or [error]
    mistakes = [_wrong_value(entry, leaf, each) for each in errors[:MOST_ITEMS]]
    if len(errors) > MOST_ITEMS:
        where = entry.at(errors[MOST_ITEMS].where or "").where
        mistakes.append(Mistake(f"{entry.name} has {len(errors) - MOST_ITEMS} more wrong values.", where=where))
    return mistakes


def _what(is_choice: bool) -> str:
    return "has no such choice." if is_choice else "has a wrong value."


def _wrong_value(entry: Entry, leaf: Leaf, error: UserError) -> Mistake:
    is_choice = leaf.spec.type.kind is Kind.ENUM
    inner = entry.at(error.where or "")
    expected = error.expected or leaf.spec.type.describe()
    got, hint = inner.show() if is_choice else f"{inner.show()} ({inner.kind()})", error.hint or _hint(leaf, inner)
    if is_choice and isinstance(inner.value, str) and inner.value in expected.split(", "):
        got, hint = f"{got} ({inner.kind()})", f"Write it without quotes: {inner.value}"
    path = leaf.place.path + (f".{error.where}" if error.where else "")
    where = f"{inner.where}, {path}"
    return Mistake(f"{entry.name} {_what(is_choice)}", listing(expected.split(", ")), got, hint, where)


def _hint(leaf: Leaf, entry: Entry) -> Optional[str]:
    expected, value = leaf.spec.type.type, entry.value
    if expected is bool and isinstance(value, str) and value.lower() in ("yes", "no", "on", "off", "y", "n"):
        return "Write true or false."
    if expected is float and isinstance(value, str) and value.lower().lstrip("+-") in ("inf", "nan", "infinity"):
        return "Write .inf, -.inf or .nan."
    if expected is str and isinstance(value, (int, float)):
        return f'Put a text into quotes: "{entry.show()}"'
    return None
