# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Arrays in requests: nested lists, base64, and the formats npy and npz of NumPy."""

import base64
import binascii
import io
import math
import zipfile
from typing import Any, BinaryIO, Dict, List

import numpy as np

from tfaip.serve.errors import RequestError, malformed, too_large, wrong_input

DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64"),
)
_MAX_MEMBERS = 256
_NUMBERS = {int, float, bool}


class ArrayBudget:
    """Counts the bytes that a request's arrays take, before they are allocated.

    Args:
        limit: The most bytes.

    Attributes:
        used: The bytes so far.
    """

    def __init__(self, limit: int):
        self.limit = limit
        self.used = 0

    def take(self, n_bytes: int, where: str) -> None:
        """Count some bytes.

        Raises:
            RequestError: They are too many.
        """
        self.used += n_bytes
        if self.used > self.limit:
            raise too_large(
                "The request is too large once it is decoded.",
                where=where,
                expected=f"at most {self.limit / 1e6:g} MB",
                hint="send fewer samples in a request, or arrays as base64 or npz instead of lists",
            )


def is_numbers(value: List[Any]) -> bool:
    """Return whether a list, and all lists in it, hold nothing but numbers (of any number of axes, none of them 0)."""
    kinds = set(map(type, value))
    if kinds == {list}:
        return all(map(is_numbers, value))
    return kinds <= _NUMBERS


def array_of_numbers(value: List[Any], where: str) -> np.ndarray:
    """Return nested lists of numbers as an array of bool, int64 or float64.

    Raises:
        RequestError: They are not of equal lengths, or a number is not finite or too large.
    """
    try:
        array = np.array(value)
    except ValueError as error:
        raise wrong_input(
            "The lists are not of equal lengths.", where=where, expected="nested lists that form an array"
        ) from error
    if array.dtype.kind not in "bif":
        raise wrong_input("A number is too large.", where=where, expected="integers of 64 bits")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise wrong_input(
            "A number is not finite.",
            where=where,
            expected="numbers as JSON knows them",
            hint='send such arrays as {"b64": ..., "dtype": ..., "shape": ...}',
        )
    return array


def bytes_of_base64(text: Any, where: str) -> bytes:
    """Return decoded base64.

    Raises:
        RequestError: It is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise wrong_input("This is no base64.", where=where, got=str(error)) from error


def array_of_base64(value: Dict[str, Any], where: str) -> np.ndarray:
    """Return the array of ``{"b64": ..., "dtype": ..., "shape": [...]}``: little-endian, in C order.

    Raises:
        RequestError: Type, shape and bytes do not fit together.
    """
    name, shape = value.get("dtype"), value.get("shape")
    if name not in DTYPES:
        raise wrong_input(
            "The type of the array is unknown.", where=f"{where}.dtype", expected=", ".join(DTYPES), got=repr(name)
        )
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape) or len(shape) > 32:
        raise wrong_input("The shape of the array is wrong.", where=f"{where}.shape", expected="a list of lengths")
    content = bytes_of_base64(value["b64"], f"{where}.b64")
    dtype = np.dtype(name).newbyteorder("<")
    if math.prod(shape) * dtype.itemsize != len(content):
        raise wrong_input(
            "The array does not have the size of its shape.",
            where=f"{where}.b64",
            expected=f"{math.prod(shape) * dtype.itemsize} bytes for {name} of shape {shape}",
            got=f"{len(content)} bytes",
        )
    # a processor may change its arrays in place
    return np.frombuffer(bytearray(content), dtype).reshape(shape).astype(np.dtype(name), copy=False)


def array_of_npy(content: bytes, budget: ArrayBudget, where: str = "body") -> np.ndarray:
    """Return the array of an npy file.

    Raises:
        RequestError: It is damaged, too large, or holds something else than numbers or texts.
    """
    return _read_npy(io.BytesIO(content), len(content), budget, where)


def arrays_of_npz(content: bytes, budget: ArrayBudget, where: str = "body") -> Dict[str, np.ndarray]:
    """Return the arrays of an npz archive by their names.

    Raises:
        RequestError: It is damaged, too large, or holds something else than arrays of numbers or texts.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MAX_MEMBERS:
                raise too_large("The archive holds too many arrays.", where=where, expected=f"at most {_MAX_MEMBERS}")
            arrays = {}
            for member in members:
                name = member.filename.removesuffix(".npy")
                with archive.open(member) as file:
                    arrays[name] = _read_npy(file, member.file_size, budget, f"{where}, array {name}")  # type: ignore[arg-type]
            return arrays
    except RequestError:
        raise
    except Exception as error:  # whatever the readers of zip archives raise at damaged ones
        raise malformed("The npz archive cannot be read.", where=where, got=str(error)) from error


def _read_npy(file: BinaryIO, size: int, budget: ArrayBudget, where: str) -> np.ndarray:
    """Read an array; its header is checked against the size before anything is allocated."""
    try:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }.get(version)
        if read_header is None:
            raise ValueError(f"version {version}")
        shape, in_fortran_order, dtype = read_header(file)
        n_bytes = math.prod(shape) * dtype.itemsize
        if dtype.hasobject or dtype.kind not in "biufSU":
            raise ValueError(f"elements of type {dtype}")
        if n_bytes > size:
            raise ValueError(f"{size} bytes for an array of {n_bytes}")
        budget.take(n_bytes, where)
        content = bytearray(file.read(n_bytes))
        if len(content) != n_bytes:
            raise ValueError("the end is missing")
        array = np.frombuffer(content, dtype) if n_bytes else np.zeros(math.prod(shape), dtype)
        array = array.reshape(shape, order="F" if in_fortran_order else "C")
    except RequestError:
        raise
    except Exception as error:  # whatever NumPy's reader of headers raises at damaged ones
        raise malformed("The array cannot be read.", where=where, got=str(error)) from error
    return array.astype(array.dtype.newbyteorder("="), copy=False)
