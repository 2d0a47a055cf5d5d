# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The short notation of spaces, for a value in a file or a cell: ``grid(1, 2, 3)``, ``loguniform(1e-4, 1e-1)``."""

import dataclasses
import math
import re
from typing import Any, Dict, List, Optional, Tuple

from tfaip.experiments.sweeps.space import Choices, Range, Space
from tfaip.params.cli.errors import Mistake
from tfaip.util.errors import UserValueError, did_you_mean

CHOICES = ("choice", "grid")
RANGES = {"uniform": False, "loguniform": True}
FUNCTIONS = (*CHOICES, *RANGES)
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*", re.DOTALL)
_NAMED = re.compile(r"(step|count|low|high)\s*=\s*(\S+)")


def is_call(text: str) -> bool:
    """Return whether a text has the form of the notation, with whatever name."""
    return _CALL.fullmatch(text) is not None


def parse_space(text: str) -> Space:
    """Return the space that a text describes.

    Args:
        text: ``choice(A, B)`` or ``grid(A, B)``, ``uniform(LOW, HIGH)`` or ``loguniform(LOW, HIGH)``, both also with
            ``step=N`` or ``count=N``. The values are written as in YAML.

    Raises:
        UserValueError: It describes none.
    """
    call = _CALL.fullmatch(text)
    name = call.group(1).lower() if call else ""
    if call is None or name not in FUNCTIONS:
        raise UserValueError(
            "This is no space of values.",
            expected=", ".join(f"{known}(...)" for known in FUNCTIONS),
            got=text,
            hint=did_you_mean(name, FUNCTIONS),
        )
    values = _values(call.group(2), text)
    if name in CHOICES:
        return choices_of(values)
    return _range(values, RANGES[name], text)


def choices_of(values: List[Any]) -> Choices:
    """Return the space of some values.

    Raises:
        UserValueError: There is none, or one is given twice.
    """
    if not values:
        raise UserValueError("There is no value to choose from.", expected="at least one value")
    texts = [repr(value) for value in values]
    twice = [value for index, value in enumerate(values) if texts[index] in texts[:index]]
    if twice:
        raise UserValueError("A value is given twice.", got=str(twice[0]), hint="Give it once.")
    return Choices(tuple(values))


def check_range(space: Range) -> Range:
    """Return the range if it is one.

    Raises:
        UserValueError: It has no numbers.
    """
    if not (math.isfinite(space.low) and math.isfinite(space.high)) or space.low > space.high:
        raise UserValueError("The range is empty.", expected="low <= high", got=f"low {space.low}, high {space.high}")
    if space.log and space.low <= 0:
        raise UserValueError("A logarithmic range begins above zero.", expected="low > 0", got=f"low {space.low}")
    if space.step is not None and (not math.isfinite(space.step) or space.step <= 0):
        raise UserValueError("The step is no distance.", expected="step > 0", got=f"step {space.step}")
    if space.step is not None and (space.log or space.count is not None):
        other = "log" if space.log else "count"
        raise UserValueError(f"A range has either step or {other}.", hint="count gives evenly spaced values.")
    if space.count is not None and space.count < 1:
        raise UserValueError("The count is no number of values.", expected="count >= 1", got=f"count {space.count}")
    return space


def whole(space: Range) -> Range:
    """Return the range of the whole numbers in a range.

    Raises:
        UserValueError: Its ends or its step are not whole.
    """
    numbers = {"low": space.low, "high": space.high, "step": space.step}
    wrong = [f"{name} {value}" for name, value in numbers.items() if value is not None and value != int(value)]
    if wrong:
        raise UserValueError("The parameter is a whole number.", expected="whole numbers", got=", ".join(wrong))
    step = None if space.step is None else int(space.step)
    return dataclasses.replace(space, low=int(space.low), high=int(space.high), step=step, is_int=True)


def is_number(value: Any) -> bool:
    """Return whether a value of a file is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _range(values: List[Any], log: bool, text: str) -> Range:
    names = ["low", "high"]
    given: Dict[str, Any] = {}
    for value in values:
        name, number = _named(value)
        name = name or (names.pop(0) if names else "")
        if not name or name in given or not is_number(number):
            raise UserValueError("This is no range.", expected="LOW, HIGH[, step=N | count=N]", got=text)
        given[name] = number
    if "low" not in given or "high" not in given:
        raise UserValueError("The range needs two ends.", expected="LOW, HIGH[, step=N | count=N]", got=text)
    return check_range(Range(given["low"], given["high"], given.get("step"), log, given.get("count")))


def _named(value: Any) -> Tuple[str, Any]:
    match = _NAMED.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return "", value
    (number,) = _values(match.group(2), match.group(2)) or [None]
    return match.group(1), number


def _values(inside: str, text: str) -> List[Any]:
    """Return the values between the parentheses, which YAML would have between brackets."""
    # imported late: few cells hold a space
    from tfaip.params.config.yamltext import read_yaml

    mistakes: List[Mistake] = []
    entry = read_yaml(f"[{inside}]", "", mistakes)
    values: Optional[Any] = None if mistakes else entry.plain()
    if not isinstance(values, list):
        raise UserValueError("The values cannot be read.", expected="values as in YAML, with commas between", got=text)
    return values
