# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The numbers that a field of parameters may hold: ``metadata={**pai_meta(...), "range": Range(minimum=0)}``.

They are checked when flags and configuration files are read, and once more when a training starts, since parameters
are also set from Python.
"""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import Any, Dict, Optional, Tuple

from tfaip.util.errors import UserError, UserValueError

RANGE_KEY = "range"


@dataclasses.dataclass(frozen=True)
class Range:
    """Which numbers are valid. NaN is never one of them.

    Attributes:
        minimum: The smallest one.
        maximum: The greatest one.
        above: All are greater than this.
        below: All are smaller than this.
        nonzero: Whether zero is left out.
        infinite: Whether they may be infinite.
    """

    minimum: Optional[float] = None
    maximum: Optional[float] = None
    above: Optional[float] = None
    below: Optional[float] = None
    nonzero: bool = False
    infinite: bool = False

    def holds(self, value: Any) -> bool:
        """Tell whether a value is valid: a number, or each number of a list. What is no number is not judged."""
        if isinstance(value, (list, tuple, set, frozenset)):
            return all(map(self.holds, value))
        if not isinstance(value, Real) or isinstance(value, bool):
            return True
        number = float(value)
        if math.isnan(number) or (math.isinf(number) and not self.infinite):
            return False
        return (
            (self.minimum is None or number >= self.minimum)
            and (self.maximum is None or number <= self.maximum)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
            and not (self.nonzero and number == 0)
        )

    def describe(self) -> str:
        """Return what is valid, for messages."""
        bounds = {">=": self.minimum, ">": self.above, "<=": self.maximum, "<": self.below}
        parts = [f"{sign} {bound}" for sign, bound in bounds.items() if bound is not None]
        parts += ["not 0"] if self.nonzero else []
        number = "a number" if self.infinite or parts else "a finite number"
        return " ".join([number, " and ".join(parts)]).rstrip()

    def schema(self) -> Dict[str, Any]:
        """Return the keywords of JSON Schema."""
        keywords = {
            "minimum": self.minimum,
            "maximum": self.maximum,
            "exclusiveMinimum": self.above,
            "exclusiveMaximum": self.below,
        }
        schema: Dict[str, Any] = {name: bound for name, bound in keywords.items() if bound is not None}
        return {**schema, "not": {"const": 0}} if self.nonzero else schema


def check_ranges(params: Any, name: str) -> None:
    """Check the numbers in a parameter tree.

    Args:
        params: The root dataclass.
        name: How its flags begin.

    Raises:
        UserValueError: Fields hold numbers outside of their ranges; tells all of them.
    """
    found = [
        UserError(
            "A parameter has a value that it cannot have.", where=path, expected=allowed.describe(), got=str(value)
        )
        for path, allowed, value in _outside(params, name)
    ]
    if len(found) == 1:
        (error,) = found
        raise UserValueError(error.what, where=error.where, expected=error.expected, got=error.got)
    if found:
        raise UserValueError("\n".join([f"{len(found)} parameters have wrong values.", *(e.render() for e in found)]))


def _outside(node: Any, path: str) -> Iterator[Tuple[str, Range, Any]]:
    """Yield the flag, the range and the value of all wrong numbers."""
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        for field in dataclasses.fields(node):
            value = getattr(node, field.name, None)
            place = field.name if field.metadata.get("mode") == "flat" else f"{path}.{field.name}"
            allowed = field.metadata.get(RANGE_KEY)
            if isinstance(allowed, Range) and not allowed.holds(value):
                yield place, allowed, value
            yield from _outside(value, place)
    elif isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _outside(value, f"{path}.{index}")
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _outside(value, f"{path}.{key}")
