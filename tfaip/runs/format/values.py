# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Values of the record's files: numbers that JSON does not know, and reading what may hold anything."""

import math
from collections.abc import Mapping
from typing import Any, Dict, List, Optional

_TEXTS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def to_json(value: Any) -> Any:
    """Return a value for JSON: numbers that are not finite become the texts NaN, Infinity and -Infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, (list, tuple)) else value


def to_number(value: Any) -> Optional[float]:
    """Return the number that a value of a file stands for, None if it is none."""
    if isinstance(value, str):
        return _TEXTS.get(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


class Fields:
    """The values of an object of a file, where any may be missing or of the wrong type.

    Args:
        content: The object.
    """

    def __init__(self, content: Mapping[str, Any]):
        self._content = content

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str, default: str = "") -> str:
        """Return a text, the default if it is none."""
        value = self._content.get(key)
        return value if isinstance(value, str) else default

    def optional_text(self, key: str) -> Optional[str]:
        """Return a text, None if it is none."""
        value = self._content.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> Optional[float]:
        """Return a number, None if it is none."""
        return to_number(self._content.get(key))

    def finite(self, key: str, default: float = 0.0) -> float:
        """Return a finite number, the default if it is none."""
        value = self.number(key)
        return value if value is not None and math.isfinite(value) else default

    def integer(self, key: str) -> Optional[int]:
        """Return a whole number, None if it is none."""
        value = self.number(key)
        return int(value) if value is not None and math.isfinite(value) else None

    def flag(self, key: str) -> bool:
        """Return whether a value is true."""
        return self._content.get(key) is True

    def texts(self, key: str) -> List[str]:
        """Return a list of texts without what is none."""
        value = self._content.get(key)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def numbers(self, key: str) -> Dict[str, float]:
        """Return numbers by name, without what is none."""
        numbers = {name: to_number(value) for name, value in self.mapping(key).items()}
        return {name: value for name, value in numbers.items() if value is not None}

    def mapping(self, key: str) -> Dict[str, Any]:
        """Return an object, an empty one if it is none."""
        value = self._content.get(key)
        return dict(value) if isinstance(value, Mapping) else {}

    def child(self, key: str) -> "Optional[Fields]":
        """Return an object, None if it is none."""
        value = self._content.get(key)
        return Fields(value) if isinstance(value, Mapping) else None

    def children(self, key: str) -> "List[Fields]":
        """Return a list of objects without what is none."""
        value = self._content.get(key)
        return [Fields(item) for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
