# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Values of samples as JSON, with the bytes of arrays beside it."""

import dataclasses
import functools
import math
import os
import sys
from enum import Enum
from typing import Any, Dict, List, Tuple

import numpy as np

from tfaip.data.samplefile.layout import MAX_DEPTH, MAX_JSON_INT, TAG
from tfaip.util.classref import class_reference
from tfaip.util.errors import UserTypeError

Place = Tuple[str, ...]

# kinds of dtypes whose bytes can be written as they are: numbers, times, texts and bytes of fixed length
RAW_KINDS = "biufcmMUS"


class ValueEncoder:
    """Makes JSON of values and collects the bytes that JSON refers to.

    Attributes:
        buffer: The bytes.
    """

    def __init__(self) -> None:
        self.buffer = bytearray()

    def encode(self, value: Any, place: Place) -> Any:
        """Return the JSON form of a value.

        Args:
            value: None, numbers, texts, bytes, NumPy scalars and arrays, tensors, enumerations, dataclasses, and
                lists, tuples, sets and dictionaries of these.
            place: Where the value is, for the message.

        Raises:
            UserTypeError: A value of another type.
        """
        if len(place) > MAX_DEPTH:
            raise _cannot_be_written(place, f"more than {MAX_DEPTH} levels", "less deeply nested values")
        if value is None or isinstance(value, bool):
            return value
        # before the types of Python: some of these are derived from them
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(value, place)
        if isinstance(value, Enum):
            return {TAG: "enum", "class": _reference(type(value), place), "value": self.encode(value.value, place)}
        if isinstance(value, (str, int, float, complex)):
            return _plain(value)
        return self._structure(value, place)

    def _structure(self, value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return self._dict(value, place)
        if isinstance(value, list):
            return self._items(value, place)
        if isinstance(value, tuple):
            return {TAG: "tuple", "items": self._items(value, place)}
        if isinstance(value, (set, frozenset)):
            return {TAG: "set", "items": self._items(sorted(value, key=repr), place)}
        if isinstance(value, (bytes, bytearray, memoryview)):
            return {TAG: "bytes", **self._append(bytes(value))}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return {TAG: "dataclass", "class": _reference(type(value), place), "fields": self._values(fields, place)}
        if isinstance(value, os.PathLike):
            return self.encode(os.fspath(value), place)
        if callable(getattr(value, "numpy", None)):
            return self.encode(value.numpy(), (*place, "numpy()"))
        raise _cannot_be_written(place, _type_name(value))

    def _items(self, values: Any, place: Place) -> List[Any]:
        return [self.encode(value, (*place, str(index))) for index, value in enumerate(values)]

    def _values(self, values: Dict[str, Any], place: Place) -> Dict[str, Any]:
        return {key: self.encode(value, (*place, key)) for key, value in values.items()}

    def _dict(self, values: Dict[Any, Any], place: Place) -> Any:
        # exactly str: a key may also be a member of an enumeration or a text of NumPy
        if all(type(key) is str for key in values) and TAG not in values:
            return self._values(values, place)
        items = [
            [self.encode(key, (*place, "a key")), self.encode(value, (*place, str(key)))]
            for key, value in values.items()
        ]
        return {TAG: "dict", "items": items}

    def _array(self, value: Any, place: Place) -> Any:
        if isinstance(value, np.ma.MaskedArray):
            raise _cannot_be_written(place, "a masked array", "an array and, if need be, another one with the mask")
        array = np.asarray(value)
        shape = list(array.shape)
        if array.dtype.kind in "OT":
            return {TAG: "objects", "shape": shape, "items": self._items(array.reshape(-1).tolist(), place)}
        if array.dtype.itemsize == 0 and array.dtype.kind in "US":
            # empty texts of a type without length, which cannot be read from bytes
            array = array.astype(f"{array.dtype.kind}1")
        tag = "array" if isinstance(value, np.ndarray) else "scalar"
        content = self._append(array.tobytes())
        return {TAG: tag, "dtype": _dtype_name(array.dtype, place), "shape": shape, "at": content["at"]}

    def _append(self, content: bytes) -> Dict[str, int]:
        at = len(self.buffer)
        self.buffer += content
        return {"at": at, "size": len(content)}


def _plain(value: Any) -> Any:
    """Return the JSON form of a text or number of Python; of a derived class only that part is kept."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        number = int(value)
        return number if abs(number) <= MAX_JSON_INT else {TAG: "int", "value": hex(number)}
    if isinstance(value, complex):
        return {TAG: "complex", "value": [_plain(value.real), _plain(value.imag)]}
    return float(value) if math.isfinite(value) else {TAG: "float", "value": repr(float(value))}


def _dtype_name(dtype: np.dtype, place: Place) -> str:
    # bfloat16 and its like: only their name tells what they are
    if dtype.type.__module__ == "ml_dtypes":
        return dtype.name
    if dtype.kind in RAW_KINDS:
        return dtype.str
    raise _cannot_be_written(place, f"an array of {dtype}", "arrays of numbers, truth values, texts, bytes or objects")


@functools.cache
def _is_found(cls: type, reference: str) -> bool:
    """Return whether the reference leads back to the class, by its module's and classes' own members."""
    found: Any = sys.modules.get(cls.__module__)
    for name in reference.partition(":")[2].split("."):
        found = vars(found).get(name) if hasattr(found, "__dict__") else None
    return found is cls


def _reference(cls: type, place: Place) -> str:
    reference = class_reference(cls)
    if not _is_found(cls, reference):
        raise _cannot_be_written(
            place,
            f"{cls.__qualname__} of {cls.__module__}",
            "a class at the top of its module, so that it is found again",
        )
    return reference


def _type_name(value: Any) -> str:
    cls = type(value)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def _cannot_be_written(place: Place, got: str, expected: str = "") -> UserTypeError:
    return UserTypeError(
        "This value cannot be written to a file of samples.",
        where="/".join(place[:12]) + ("/..." if len(place) > 12 else ""),
        expected=expected or "numbers, texts, bytes, arrays, dataclasses, and lists and dictionaries of them",
        got=got,
        hint="convert it, in post-processing or in extract_dump_data",
    )
