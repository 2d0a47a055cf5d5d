# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Values that samples hold, and how to compare them."""

import dataclasses
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np


class Colour(Enum):
    RED = "red"
    TUPLE = (1, 2)


@dataclass
class Inner:
    weights: Any = None


@dataclass
class Outer:
    name: str
    inner: Inner = field(default_factory=Inner)
    colour: Colour = Colour.RED
    computed: int = field(init=False, default=0)


@dataclass
class Recorder:
    """Tells that it was made."""

    value: int = 0

    def __post_init__(self) -> None:
        raise AssertionError("made")


class NotADataclass:
    pass


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal, with the same types all the way down; NaN equals itself."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        if a.dtype.kind == "O":
            return all(same(x, y) for x, y in zip(a.reshape(-1).tolist(), b.reshape(-1).tolist(), strict=True))
        return a.tobytes() == b.tobytes()
    if isinstance(a, np.generic):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if dataclasses.is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    return a == b or (a != a and b != b)
