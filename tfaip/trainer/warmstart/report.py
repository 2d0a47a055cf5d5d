# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a warm start did with each weight: a table for the log, and the message if a weight is missing."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from tfaip.util.errors import UserError, UserNameError, UserValueError, did_you_mean
from tfaip.util.plaintext import without_controls

SHOWN = 5


class Fate(enum.Enum):
    """What became of a weight."""

    LOADED = "loaded"
    MISSING = "missing"
    SHAPE = "other shape"
    LEFT_OUT = "left out"
    NOT_USED = "not used"


@dataclass(frozen=True)
class Row:
    """A weight of the model, or a stored one that is not used.

    Attributes:
        fate: What became of it.
        name: Its name in the model; that of a stored weight that is not used, as rules change it.
        source: Its name in the file, empty if there is none.
        shape: Its shape.
        stored_shape: The shape of the stored weight.
    """

    fate: Fate
    name: str
    source: str
    shape: Tuple[int, ...]
    stored_shape: Optional[Tuple[int, ...]] = None


def format_rows(rows: Sequence[Row]) -> List[str]:
    """Return the lines of a table with a row for each weight."""
    cells = [("", "weight", "from", "shape"), *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    return [
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in cells
    ]


def count_fates(rows: Iterable[Row]) -> str:
    """Return how many weights had which fate, as text."""
    fates = [row.fate for row in rows]
    return ", ".join(f"{fates.count(fate)} {fate.value}" for fate in Fate if fate in fates)


def _cells(row: Row) -> Tuple[str, str, str, str]:
    shape = _times(row.shape)
    if row.stored_shape not in (None, row.shape):
        shape = f"{shape} (stored: {_times(row.stored_shape or ())})"
    # the names come out of a file
    name, source = (without_controls(text, line_breaks=False) for text in (row.name, row.source))
    return row.fate.value, name, "" if source == name else source, shape


def _times(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "scalar"


def error_of(rows: Sequence[Row], where: str) -> Optional[UserError]:
    """Return the message if weights of the model are missing or have another shape, None if there are none.

    Args:
        rows: What became of the weights.
        where: Where the weights come from.
    """
    missing = [row.name for row in rows if row.fate is Fate.MISSING]
    shapes = [row for row in rows if row.fate is Fate.SHAPE]
    if not missing and not shapes:
        return None
    unused = [row.name for row in rows if row.fate is Fate.NOT_USED]
    n = len(missing) + len(shapes)
    texts = [f"{row.name}: {_times(row.stored_shape or ())} instead of {_times(row.shape)}" for row in shapes]
    texts += [f"no {name}" for name in missing]
    others = f"; not used: {_some(unused)}" if unused and missing else ""
    near = did_you_mean(missing[0], unused) if missing else None
    error_cls = UserNameError if missing else UserValueError
    return error_cls(
        f"{n} of {sum(row.fate is not Fate.NOT_USED for row in rows)} weights of the model cannot be loaded.",
        where=f"warmstart.model {where}",
        expected="each weight of the model with its shape",
        got=_some(texts, "; ") + others,
        hint=" ".join(filter(None, [near, _HINT])),
    )


_HINT = (
    "Name them by --warmstart.rename FROM->TO, leave them out with --warmstart.exclude PATTERN, or take what there is "
    "with --warmstart.allow_partial True."
)


def nothing_loaded(rows: Sequence[Row], where: str) -> UserError:
    """Return the message if no weight at all is loaded."""
    wanted = [row.name for row in rows if row.fate is not Fate.NOT_USED]
    stored = [row.name for row in rows if row.fate is Fate.NOT_USED]
    return UserNameError(
        "The warm start would load nothing.",
        where=f"warmstart.model {where}",
        expected=_some(wanted) or "a model with weights",
        got=_some(stored),
        hint="see --warmstart.rename, include and exclude.",
    )


def _some(texts: Sequence[str], separator: str = ", ") -> str:
    more = f"{separator}and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return separator.join(texts[:SHOWN]) + more
