# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Values of samples out of JSON and the bytes that it refers to; what a file claims is checked before it is used."""

import math
import re
from collections.abc import Callable
from enum import Enum
from typing import Any, Dict, List, Optional

import numpy as np

from tfaip.data.samplefile.layout import MAX_DEPTH, TAG
from tfaip.util.classref import is_dataclass_type, resolve_class
from tfaip.util.json_helper import build_dataclass

# a dtype by kind and size, or by name if it is none of NumPy's own
_RAW_DTYPE = re.compile(r"[<>|][biufcmMUS][0-9]{1,10}(\[[0-9]{0,9}[a-zA-Z]{1,2}\])?")
_NAMED_DTYPE = re.compile(r"(bfloat16|float[0-9][a-z0-9_]{0,30}|u?int[124])")


class DamagedValueError(Exception):
    """A value that does not follow the format."""


class ValueDecoder:
    """Makes values of their JSON form.

    Args:
        content: The bytes that the JSON refers to.
        where: Where the values are, for messages.
        folder: The directory of the file, whose own code is not trusted.
        with_classes: Make dataclasses and enumerations, whose modules are imported if they are trusted; otherwise
            these become dictionaries and plain values.
    """

    def __init__(self, content: bytes, where: str, folder: Optional[str] = None, with_classes: bool = True):
        self._content = content
        self._where = where
        self._folder = folder
        self._with_classes = with_classes
        self._taken = 0

    def decode(self, value: Any, depth: int = 0) -> Any:
        """Return the value of a JSON form.

        Args:
            value: What a JSON parser returned.
            depth: How many levels there are above.

        Raises:
            DamagedValueError: It does not follow the format.
            UserError: It names a class that is not trusted or not there.
        """
        if depth > MAX_DEPTH:
            raise DamagedValueError(f"more than {MAX_DEPTH} levels")
        if isinstance(value, list):
            return self._list(value, depth)
        if not isinstance(value, dict):
            return value
        tag = value.get(TAG)
        if tag is None and TAG not in value:
            return {key: self.decode(item, depth + 1) for key, item in value.items()}
        decoder = _DECODERS.get(tag) if isinstance(tag, str) else None
        if decoder is None:
            raise DamagedValueError(f"a value of the unknown kind {str(tag)[:40]!r}")
        return decoder(self, value, depth)

    def _list(self, values: List[Any], depth: int) -> List[Any]:
        return [self.decode(item, depth + 1) for item in values]

    # ------------------------------------------------------------------ numbers and bytes
    def _int(self, value: Dict[str, Any], depth: int) -> int:
        return int(text(value, "value"), 16)

    def _float(self, value: Dict[str, Any], depth: int) -> float:
        return float(text(value, "value"))

    def _complex(self, value: Dict[str, Any], depth: int) -> complex:
        real, imaginary = (self.decode(part, depth + 1) for part in items(value, "value"))
        return complex(real, imaginary)

    def _bytes(self, value: Dict[str, Any], depth: int) -> bytes:
        at, size = number(value, "at"), number(value, "size")
        self._check_bounds(at, size)
        return self._content[at : at + size]

    def _check_bounds(self, at: int, size: int) -> None:
        if at + size > len(self._content):
            raise DamagedValueError(f"bytes {at} to {at + size} of {len(self._content)}")
        self._taken += size
        if self._taken > len(self._content):
            raise DamagedValueError(f"arrays that share bytes: {self._taken} of {len(self._content)}")

    # ------------------------------------------------------------------ arrays
    def _array(self, value: Dict[str, Any], depth: int) -> np.ndarray:
        dtype, shape = dtype_of(text(value, "dtype")), shape_of(value)
        at, size = number(value, "at"), math.prod(shape)
        self._check_bounds(at, size * dtype.itemsize)
        if size == 0:
            return np.zeros(shape, dtype)
        # a copy: it can be changed, and does not keep the whole chunk
        return np.frombuffer(self._content, dtype, size, at).reshape(shape).copy()

    def _scalar(self, value: Dict[str, Any], depth: int) -> Any:
        array = self._array(value, depth)
        if array.shape:
            raise DamagedValueError(f"a scalar of the shape {array.shape}")
        return array[()]

    def _objects(self, value: Dict[str, Any], depth: int) -> np.ndarray:
        elements, shape = self._list(items(value, "items"), depth), shape_of(value)
        if math.prod(shape) != len(elements):
            raise DamagedValueError(f"{len(elements)} elements for the shape {shape}")
        array = np.empty(len(elements), object)
        for index, element in enumerate(elements):
            array[index] = element
        return array.reshape(shape)

    # ------------------------------------------------------------------ collections
    def _tuple(self, value: Dict[str, Any], depth: int) -> tuple:
        return tuple(self._list(items(value, "items"), depth))

    def _set(self, value: Dict[str, Any], depth: int) -> set:
        return set(self._list(items(value, "items"), depth))

    def _dict(self, value: Dict[str, Any], depth: int) -> Dict[Any, Any]:
        pairs = [self._list(pair, depth + 1) for pair in items(value, "items")]
        return dict(pairs)

    # ------------------------------------------------------------------ classes
    def _dataclass(self, value: Dict[str, Any], depth: int) -> Any:
        fields = value.get("fields")
        if not isinstance(fields, dict):
            raise DamagedValueError("a dataclass without fields")
        values = {name: self.decode(item, depth + 1) for name, item in fields.items()}
        if not self._with_classes:
            return values
        cls = self._class(value)
        if not is_dataclass_type(cls):
            raise DamagedValueError(f"{cls.__qualname__}, which is no dataclass")
        return build_dataclass(cls, values)

    def _enum(self, value: Dict[str, Any], depth: int) -> Any:
        member = self.decode(value.get("value"), depth + 1)
        if not self._with_classes:
            return member
        cls = self._class(value)
        if not issubclass(cls, Enum):
            raise DamagedValueError(f"{cls.__qualname__}, which is no enumeration")
        return cls(member)

    def _class(self, value: Dict[str, Any]) -> type:
        return resolve_class(text(value, "class"), where=self._where, folder=self._folder)


# not in the object, where bound methods would be a cycle that keeps the bytes of a chunk
_DECODERS: Dict[str, Callable[[ValueDecoder, Dict[str, Any], int], Any]] = {
    "int": ValueDecoder._int,
    "float": ValueDecoder._float,
    "complex": ValueDecoder._complex,
    "bytes": ValueDecoder._bytes,
    "array": ValueDecoder._array,
    "scalar": ValueDecoder._scalar,
    "objects": ValueDecoder._objects,
    "tuple": ValueDecoder._tuple,
    "set": ValueDecoder._set,
    "dict": ValueDecoder._dict,
    "dataclass": ValueDecoder._dataclass,
    "enum": ValueDecoder._enum,
}


def text(value: Dict[str, Any], key: str) -> str:
    """Return the text of a key.

    Raises:
        DamagedValueError: There is none.
    """
    found = value.get(key)
    if not isinstance(found, str):
        raise DamagedValueError(f"no text for {key!r}")
    return found


def items(value: Dict[str, Any], key: str) -> List[Any]:
    """Return the list of a key.

    Raises:
        DamagedValueError: There is none.
    """
    found = value.get(key)
    if not isinstance(found, list):
        raise DamagedValueError(f"no list for {key!r}")
    return found


def is_count(value: Any) -> bool:
    """Return whether a value is a whole number from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def number(value: Dict[str, Any], key: str) -> int:
    """Return the whole number of a key.

    Raises:
        DamagedValueError: There is none from 0 on.
    """
    found: Any = value.get(key)
    if not is_count(found):
        raise DamagedValueError(f"no whole number from 0 on for {key!r}")
    return int(found)


def shape_of(value: Dict[str, Any]) -> List[int]:
    """Return the shape of an array.

    Raises:
        DamagedValueError: It is none.
    """
    shape = items(value, "shape")
    if not all(is_count(length) for length in shape):
        raise DamagedValueError(f"the shape {str(shape)[:80]}")
    return shape


def dtype_of(name: str) -> np.dtype:
    """Return the type of an array's elements.

    Raises:
        DamagedValueError: The name is none of those that are written.
    """
    dtype: Optional[np.dtype] = None
    if _RAW_DTYPE.fullmatch(name):
        dtype = np.dtype(name)
    elif _NAMED_DTYPE.fullmatch(name):
        # a dependency of TensorFlow
        import ml_dtypes

        if isinstance(getattr(ml_dtypes, name, None), type):
            dtype = np.dtype(getattr(ml_dtypes, name))
    if dtype is None or dtype.itemsize == 0 or dtype.hasobject:
        raise DamagedValueError(f"an array of the type {name[:40]!r}")
    return dtype
