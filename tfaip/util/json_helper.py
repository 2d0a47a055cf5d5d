# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""JSON with dataclasses in it, as it carries the meta data of samples through the pipeline."""

import dataclasses
import functools
import json
import os
from enum import Enum
from typing import Any, Dict

import numpy as np

from tfaip.util.classref import class_reference, resolve_class
from tfaip.util.errors import UserTypeError

_TYPE_KEY = "__json_dc_type__"


class TFAIPJsonEncoder(json.JSONEncoder):
    """Encode dataclasses (with their type), enumerations, sets, paths and numpy values, too."""

    def default(self, o: Any) -> Any:
        """Return the JSON form of an object that json itself does not know."""
        if dataclasses.is_dataclass(o) and not isinstance(o, type):
            values = {field.name: getattr(o, field.name) for field in dataclasses.fields(o)}
            return {**values, _TYPE_KEY: class_reference(type(o))}
        if isinstance(o, Enum):
            return o.value
        if isinstance(o, (set, frozenset)):
            return sorted(o, key=lambda value: (type(value).__name__, value))
        if isinstance(o, (np.ndarray, np.generic)):
            return o.tolist()
        if isinstance(o, os.PathLike):
            return os.fspath(o)
        return super().default(o)


class TFAIPJsonDecoder(json.JSONDecoder):
    """Decode what :class:`TFAIPJsonEncoder` wrote; dataclasses get their type back."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{"object_hook": _decode_object, **kwargs})


def _decode_object(values: Dict[str, Any]) -> Any:
    reference = values.pop(_TYPE_KEY, None)
    if reference is None:
        return values
    return build_dataclass(_dataclass_of(reference if isinstance(reference, str) else repr(reference)), values)


def build_dataclass(cls: Any, values: Dict[str, Any]) -> Any:
    """Return a dataclass with values by field; those of other names are left out, which a later version may have.

    Args:
        cls: The dataclass.
        values: The values of the fields, also of those that the constructor does not take.
    """
    known = {field.name: field.init for field in dataclasses.fields(cls)}
    built = cls(**{key: value for key, value in values.items() if known.get(key)})
    for key, value in values.items():
        if known.get(key) is False:
            object.__setattr__(built, key, value)
    return built


@functools.cache
def _dataclass_of(reference: str) -> Any:
    cls = resolve_class(reference, where=_TYPE_KEY)
    if not dataclasses.is_dataclass(cls):
        raise UserTypeError(f"{reference} is not a dataclass.", where=_TYPE_KEY, expected="a dataclass")
    return cls


def to_json_value(value: Any) -> Any:
    """Return numbers and arrays of NumPy as what JSON knows; bytes (summaries for TensorBoard) by their length."""
    if isinstance(value, (bytes, bytearray)):
        return f"<{len(value)} bytes>"
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)
