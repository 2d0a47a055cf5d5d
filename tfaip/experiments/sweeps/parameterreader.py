# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads the parameters of a sweep file: their values, and when they exist."""

from typing import Any, Dict, Iterator, List, Optional, Tuple

from tfaip.experiments.sweeps.mistakes import mistake_at
from tfaip.experiments.sweeps.notation import FUNCTIONS, check_range, choices_of, is_call, is_number, parse_space
from tfaip.experiments.sweeps.space import Choices, Range, Space
from tfaip.experiments.sweeps.spec import SweepParameter, contains
from tfaip.params.cli.arguments import normalised
from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.cli.nodes import SEPARATOR
from tfaip.params.config.entry import Entry
from tfaip.util.errors import UserError, did_you_mean

VALUES = "values"
WHEN = "when"
RANGE_KEYS = ("low", "high", "step", "log", "count")
_MARKS = (VALUES, "low", "high")
_FORMS = f"values: [...], or low and high, or a text such as {FUNCTIONS[-1]}(1e-4, 1e-1)"


def read_parameters(entries: Dict[Any, Entry], mistakes: List[Mistake]) -> List[SweepParameter]:
    """Return the parameters; those that others depend on stand before them.

    Args:
        entries: What the file says; names may be split up into mappings.
        mistakes: Gets what is wrong.
    """
    found: Dict[str, SweepParameter] = {}
    for name, entry in _flat("", entries):
        key = normalised(name)
        if key in found:
            mistakes.append(_mistake(f"{name} is given twice.", entry, hint="Give it once."))
            continue
        parameter = _parameter(name, entry, mistakes)
        if parameter is not None:
            found[key] = parameter
    return _Order(found, mistakes).sorted()


def _flat(prefix: str, entries: Dict[Any, Entry]) -> Iterator[Tuple[str, Entry]]:
    for key, entry in entries.items():
        name = f"{prefix}{SEPARATOR}{key}" if prefix else str(key)
        if isinstance(entry.value, dict) and not _is_space(entry.value):
            yield from _flat(name, entry.value)
        else:
            yield name, entry


def _is_space(value: Dict[Any, Entry]) -> bool:
    """Return whether a mapping tells values: the names of parameters would lead to further mappings or to lists."""
    ends = [key for key in ("low", "high") if key in value and not value[key].is_container]
    return bool(ends) or (VALUES in value and isinstance(value[VALUES].value, list))


def _parameter(name: str, entry: Entry, mistakes: List[Mistake]) -> Optional[SweepParameter]:
    value, when = entry.value, None
    try:
        if isinstance(value, dict):
            when = value.get(WHEN)
            space, entries = _of_mapping(name, entry, mistakes)
        elif isinstance(value, list):
            space, entries = choices_of([item.plain() for item in value]), tuple(value)
        elif isinstance(value, str) and is_call(value):
            space, entries = parse_space(value), ()
        else:
            hint = f"What is the same for all trials stands below arguments: {name}: {entry.show(40)}"
            mistakes.append(_mistake(f"{name} has no values to choose from.", entry, _FORMS, entry.show(), hint))
            return None
    except UserError as error:
        mistakes.append(mistake_at(error, entry, name))
        return None
    return None if space is None else SweepParameter(name, space, entry, entries, _conditions(name, when, mistakes))


def _of_mapping(name: str, entry: Entry, mistakes: List[Mistake]) -> Tuple[Optional[Space], Tuple[Entry, ...]]:
    content: Dict[Any, Entry] = entry.value
    known = (VALUES, WHEN) if VALUES in content else (*RANGE_KEYS, WHEN)
    before = len(mistakes)
    for key, child in content.items():
        if key not in known:
            mistakes.append(
                _mistake(
                    f"{name} has an unknown key {key}.", child, ", ".join(known), None, did_you_mean(str(key), known)
                )
            )
    if VALUES in content:
        listed = content[VALUES].value
        space: Space = choices_of([item.plain() for item in listed])
        return (None if len(mistakes) > before else space), tuple(listed)
    numbers = {key: content[key].value for key in RANGE_KEYS if key in content}
    for key in ("low", "high"):
        if key not in numbers:
            mistakes.append(_mistake(f"{name} needs {key}.", entry, "low: N, high: N"))
    for key, value in numbers.items():
        right = isinstance(value, bool) if key == "log" else is_number(value)
        if key == "count":
            right = right and value == int(value)
        if not right:
            expected = {"log": "true or false", "count": "a whole number"}.get(key, "a number")
            mistakes.append(_mistake(f"{name}.{key} has a wrong value.", content[key], expected, content[key].show()))
    if len(mistakes) > before:
        return None, ()
    count = None if numbers.get("count") is None else int(numbers["count"])
    return check_range(
        Range(numbers["low"], numbers["high"], numbers.get("step"), numbers.get("log", False), count)
    ), ()


def _conditions(name: str, entry: Optional[Entry], mistakes: List[Mistake]) -> Tuple[Tuple[str, Tuple[Any, ...]], ...]:
    if entry is None:
        return ()
    if not isinstance(entry.value, dict) or not entry.value:
        expected = "a mapping, such as when: {optimizer: SGD}"
        mistakes.append(_mistake(f"{name}.{WHEN} has a wrong value.", entry, expected, entry.show()))
        return ()
    return tuple(
        (str(other), tuple(item.plain() for item in child.value) if isinstance(child.value, list) else (child.plain(),))
        for other, child in entry.value.items()
    )


class _Order:
    """Puts parameters behind those that they depend on.

    Args:
        found: The parameters by their names.
        mistakes: Gets what is wrong with the conditions.
    """

    def __init__(self, found: Dict[str, SweepParameter], mistakes: List[Mistake]):
        self._found = found
        self._mistakes = mistakes
        self._done: Dict[str, SweepParameter] = {}
        self._open: List[str] = []

    def sorted(self) -> List[SweepParameter]:
        """Return the parameters in an order in which those that others depend on come first."""
        for key in self._found:
            self._visit(key)
        return list(self._done.values())

    def _visit(self, key: str) -> None:
        if key in self._done:
            return
        parameter = self._found[key]
        if key in self._open:
            self._mistakes.append(
                _mistake(f"{parameter.name} depends on itself.", parameter.entry, got=" < ".join(self._open))
            )
            return
        self._open.append(key)
        conditions = []
        for name, allowed in parameter.when:
            other = self._found.get(normalised(name))
            if other is None:
                hint = did_you_mean(name, [p.name for p in self._found.values()])
                what = f"{parameter.name} depends on {name}, which is no parameter of the sweep."
                self._mistakes.append(_mistake(what, parameter.entry, hint=hint))
                continue
            self._check_values(parameter, other, allowed)
            self._visit(normalised(name))
            conditions.append((other.name, allowed))
        self._open.remove(key)
        self._done[key] = SweepParameter(
            parameter.name, parameter.space, parameter.entry, parameter.value_entries, tuple(conditions)
        )

    def _check_values(self, parameter: SweepParameter, other: SweepParameter, allowed: Tuple[Any, ...]) -> None:
        if not isinstance(other.space, Choices):
            what = f"{parameter.name} depends on {other.name}, which has no listed values."
            self._mistakes.append(_mistake(what, parameter.entry, "a parameter with values: [...]"))
            return
        for value in allowed:
            if not contains(other.space.values, value):
                names = [str(known) for known in other.space.values]
                what = f"{parameter.name} depends on a value that {other.name} never has."
                hint = did_you_mean(str(value), names)
                self._mistakes.append(_mistake(what, parameter.entry, listing(names), str(value), hint))


def _mistake(
    what: str, entry: Entry, expected: Optional[str] = None, got: Optional[str] = None, hint: Optional[str] = None
) -> Mistake:
    return Mistake(what, expected, got, hint, entry.where)
