# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checking the arrays of samples and stacking them to the array of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, List, Optional, Tuple

import numpy as np

from tfaip.util.multiprocessing.transport.allocation import empty_array


class ArrayMismatchError(ValueError):
    """The array of one sample does not have the announced type or shape.

    Args:
        position: Position of the sample in the batch.
        expected: What was announced.
        got: What was found.
        hint: What to try.
    """

    def __init__(self, position: int, expected: str, got: str, hint: Optional[str] = None):
        super().__init__(f"expected {expected}, got {got}")
        self.position = position
        self.expected = expected
        self.got = got
        self.hint = hint


@dataclass(frozen=True)
class ArraySpec:
    """What the array of one entry of a sample looks like.

    Args:
        shape: The shape, None for axes whose length differs between samples; None if nothing is known.
        dtype: The numpy type; object for strings.
        type_name: The name of the type in messages.
        is_string: Whether the elements are strings.
        is_inexact: Whether the elements are floating point or complex numbers.
        padding: What shorter arrays are filled with.
    """

    shape: Optional[Tuple[Optional[int], ...]]
    dtype: np.dtype
    type_name: str
    is_string: bool = False
    is_inexact: bool = False
    padding: Any = 0

    def stack(self, values: Sequence[Any]) -> np.ndarray:
        """Return one array of all values, shorter ones padded at their ends.

        Raises:
            ArrayMismatchError: A value does not fit.
        """
        arrays = [
            value
            if type(value) is np.ndarray and value.dtype == self.dtype and not self.is_string
            else self._convert(position, value)
            for position, value in enumerate(values)
        ]
        shape = arrays[0].shape
        if all(array.shape == shape for array in arrays):
            self._check_shape(0, shape)
            batch = empty_array((len(arrays), *shape), self.dtype)
            for position, array in enumerate(arrays):
                batch[position] = array
            return batch
        return self._pad(arrays)

    def describe(self) -> str:
        """Return type and shape for messages."""
        shape = "any shape" if self.shape is None else f"shape {list(self.shape)}"
        return f"{self.type_name} of {shape}"

    def _check_shape(self, position: int, shape: Tuple[int, ...]) -> None:
        if self.shape is None:
            return
        if len(shape) != len(self.shape):
            hint = "wrap a single number: np.array([value])" if not shape and self.shape == (1,) else None
            raise ArrayMismatchError(position, self.describe(), f"an array of shape {list(shape)}", hint)
        if any(length is not None and length != n for length, n in zip(self.shape, shape, strict=True)):
            hint = "announce None for an axis whose length differs between samples"
            raise ArrayMismatchError(position, self.describe(), f"an array of shape {list(shape)}", hint)

    def _pad(self, arrays: List[np.ndarray]) -> np.ndarray:
        n_axes = arrays[0].ndim
        for position, array in enumerate(arrays):
            self._check_shape(position, array.shape)
            if array.ndim != n_axes:
                expected = f"an array with {n_axes} axes as in the first sample of the batch"
                raise ArrayMismatchError(position, expected, f"an array of shape {list(array.shape)}")
        shape = tuple(max(lengths) for lengths in zip(*(array.shape for array in arrays), strict=True))
        batch = empty_array((len(arrays), *shape), self.dtype)
        batch[...] = self.padding
        for position, array in enumerate(arrays):
            where: Tuple[Any, ...] = (position, *map(slice, array.shape))
            batch[where] = array
        return batch

    def _convert(self, position: int, value: Any) -> np.ndarray:
        """Return the value as an array of the announced type, if that changes no more than its precision."""
        if self.is_string:
            return self._convert_strings(position, value)
        array = np.asarray(value)
        if array.dtype == self.dtype:
            return array
        if array.dtype.kind not in "biufcV":
            raise self._type_error(position, array)
        try:
            with np.errstate(all="ignore"):
                converted = array.astype(self.dtype)
        except (TypeError, ValueError) as error:
            raise self._type_error(position, array) from error
        loses_precision_only = self.is_inexact and array.dtype.kind != "c"
        if not loses_precision_only and not np.array_equal(converted, array):
            hint = "the values would change: convert them in a processor, or announce another type"
            raise self._type_error(position, array, hint)
        return converted

    def _type_error(self, position: int, array: np.ndarray, hint: Optional[str] = None) -> ArrayMismatchError:
        return ArrayMismatchError(
            position, self.describe(), f"an array of type {array.dtype} and shape {list(array.shape)}", hint
        )

    def _convert_strings(self, position: int, value: Any) -> np.ndarray:
        array = np.asarray(value)
        if array.dtype.kind not in "OSU":
            raise self._type_error(
                position, array, "strings are arrays of str or bytes: np.array([text], dtype=object)"
            )
        converted = np.empty(array.shape, object)
        source, target = array.ravel(), converted.reshape(-1)
        for index, text in enumerate(source):
            if isinstance(text, str):
                target[index] = text.encode("utf-8")
            elif isinstance(text, bytes):
                target[index] = bytes(text)
            else:
                raise self._type_error(position, array, f"found an element of type {type(text).__name__}")
        return converted
