# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which runs are wanted: ``val_acc>0.9``, ``optimizer=Adam``, ``name=mnist*``."""

import fnmatch
import operator
import re
from datetime import datetime
from typing import Any, Callable, Dict, Optional

from tfaip.runs.reading.summary import RunSummary
from tfaip.runs.table.columns import Column, Columns
from tfaip.util.errors import UserError

_CONDITION = re.compile(r"\s*([^=!<>~]+?)\s*(==|=|!=|<=|>=|<|>|~)\s*(.*?)\s*", re.DOTALL)
_ORDERS: Dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NOTHING = ("none", "null", "")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


class Condition:
    """A condition that runs meet or not.

    Args:
        text: The condition: a column, one of ``= != < <= > >= ~``, and a value. ``~`` means: contains. In a value that
            is compared by ``=`` and ``!=``, ``*`` stands for any characters.
        columns: Finds the column.

    Raises:
        UserError: It is none, or names no column.
    """

    def __init__(self, text: str, columns: Columns):
        match = _CONDITION.fullmatch(text)
        if match is None:
            raise UserError(
                "This is no condition.", where="--where", expected="such as val_acc>0.9 or optimizer=Adam", got=text
            )
        name, self._operator, self._value = match.groups()
        self._column = columns.find(name)
        self._limit = self._limit_of(text) if self._operator in _ORDERS else None

    def _limit_of(self, text: str) -> float:
        limit = _number_of(self._value, self._column)
        if limit is None:
            expected = "a number or a date such as 2026-01-31" if self._column.is_time else "a number"
            raise UserError("The value cannot be compared.", where=f"--where '{text}'", expected=expected)
        return limit

    def holds(self, run: RunSummary) -> bool:
        """Tell whether a run meets the condition; one without value meets only what excludes a value."""
        value = self._column.get(run)
        if self._limit is not None:
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return is_number and _ORDERS[self._operator](value, self._limit)
        if self._operator == "~":
            return value is not None and self._value.lower() in self._column.show(value).lower()
        return self._equals(value) == (self._operator != "!=")

    def _equals(self, value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return any(self._equals(item) for item in value) or _matches(self._column.show(value), self._value)
        if value is None:
            return self._value.lower() in _NOTHING
        if isinstance(value, bool):
            return _TRUTH.get(self._value.lower()) is value
        if isinstance(value, (int, float)):
            return value == _number_of(self._value, self._column)
        return _matches(str(value), self._value)


def _matches(value: str, pattern: str) -> bool:
    """Tell whether texts are the same, in upper or lower case; a class may be named with the ending that it has."""
    value, pattern = value.lower(), pattern.lower()
    # brackets are no patterns here
    escaped = pattern.replace("[", "[[]")
    return fnmatch.fnmatchcase(value, escaped) or pattern in (f"{value}params", f"{value}optimizer")


def _number_of(text: str, column: Column) -> Optional[float]:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).timestamp() if column.is_time else None
    except (ValueError, OverflowError):
        return None
