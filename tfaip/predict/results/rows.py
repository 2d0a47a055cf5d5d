# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What of a sample is written: as plain values, and as the flat row of a table."""

import base64
import dataclasses
import math
import os
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Dict, List, Optional

import numpy as np

from tfaip.data.pipeline.definitions import describe
from tfaip.util.errors import UserTypeError, UserValueError, did_you_mean

Row = Dict[str, Any]

_SEPARATOR = "."


def to_plain(value: Any, name: str) -> Any:
    """Return a value as JSON knows it: None, truth values, numbers, texts, lists, and dictionaries with texts as keys.

    Arrays become lists, bytes texts (in base64 if they are no UTF-8), numbers that are not finite None.

    Args:
        value: The value.
        name: Where it is, for messages.

    Raises:
        UserTypeError: It is something else.
    """
    if isinstance(value, np.ndarray):
        return _plain_list(value.tolist(), name) if value.dtype.kind in "fcOSVmM" else value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Enum):
        return to_plain(value.value, name)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (bytes, bytearray)):
        return _text_of(bytes(value))
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return _plain_container(value, name)


def _plain_container(value: Any, name: str) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item, f"{name}{_SEPARATOR}{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return _plain_list(value, name)
    if isinstance(value, (set, frozenset)):
        return _plain_list(sorted(value, key=repr), name)
    raise UserTypeError(
        "A result cannot be written as text.",
        where=name,
        expected="numbers, texts, arrays, lists, dictionaries, dataclasses",
        got=describe(value),
        hint="override _result_row of the predictor to choose what is written",
    )


def _plain_list(values: Any, name: str) -> Any:
    if not isinstance(values, (list, tuple)):  # an array without axes
        return to_plain(values, name)
    return [to_plain(value, name) for value in values]


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(content).decode("ascii")


def flat(row: Row) -> Row:
    """Return a plain row without nested dictionaries: names as ``outputs.class``, a list of one value as the value."""
    result: Row = {}
    for key, value in row.items():
        if isinstance(value, dict):
            result.update({f"{key}{_SEPARATOR}{inner}": item for inner, item in flat(value).items()})
        else:
            result[key] = _single(value)
    return result


def _single(value: Any) -> Any:
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value


class TableColumns:
    """The columns of a table: those that were asked for, else those of the first row.

    Args:
        names: Names as :func:`flat` makes them, None for all.
        path: The file, for messages.
    """

    def __init__(self, names: Optional[Sequence[str]], path: str):
        self.names: List[str] = list(names or [])
        self._chosen = bool(names)
        self._path = path

    def values(self, row: Row) -> Row:
        """Return the values of a row by column, None where it has none.

        Raises:
            UserValueError: A value is a list, or there is no such column.
        """
        values = flat(row)
        if not self.names:
            self.names = list(values)
        unknown = next((name for name in self.names if name not in values), None) if self._chosen else None
        further = None if self._chosen else next((name for name in values if name not in self.names), None)
        if unknown is not None or further is not None:
            raise self._wrong_column(unknown, further, values)
        for name in self.names:
            if isinstance(values.get(name), list):
                raise self._not_flat(name, values)
        return {name: values.get(name) for name in self.names}

    def _wrong_column(self, unknown: Optional[str], further: Optional[str], values: Row) -> UserValueError:
        if unknown is not None:
            return UserValueError(
                f"The results have no column {unknown!r}.",
                where=self._path,
                expected=", ".join(values),
                hint=did_you_mean(unknown, values) or "choose other ones by --output_columns",
            )
        return UserValueError(
            f"A result has the column {further!r}, which the first one does not have.",
            where=self._path,
            expected=", ".join(self.names),
            hint="choose the columns by --output_columns, or write JSON lines (.jsonl)",
        )

    def _not_flat(self, name: str, values: Row) -> UserValueError:
        columns = [column for column, value in values.items() if not isinstance(value, list)]
        chosen = f"--output_columns {' '.join(columns)}, or " if columns else ""
        return UserValueError(
            "The results do not fit into a table.",
            where=f"{self._path}, column {name}",
            expected="one value",
            got=f"a list of {len(values[name])}",
            hint=f"{chosen}write JSON lines (.jsonl)",
        )
