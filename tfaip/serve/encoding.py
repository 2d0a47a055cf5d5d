# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Predictions as JSON or as npz archive."""

import base64
import dataclasses
import io
import json
import math
import os
import zipfile
from enum import Enum
from http import HTTPStatus
from typing import Any, Dict, List

import numpy as np

from tfaip.serve.errors import RequestError


def to_json(value: Any, as_base64: bool = False) -> bytes:
    """Return a value as JSON.

    Args:
        value: Nested dictionaries and lists of arrays, numbers, texts, bytes, dataclasses. Numbers that are not finite
            become null, since JSON knows no others.
        as_base64: Write arrays of numbers as ``{"b64": ..., "dtype": ..., "shape": ...}``.
    """
    plain = _plain(value, as_base64)
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def _plain(value: Any, as_base64: bool) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return str(value) if isinstance(value, Enum) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.ndarray):
        return _array(value, as_base64)
    if isinstance(value, np.generic):
        return _plain(value.item(), as_base64)
    if isinstance(value, dict):
        return {str(key): _plain(item, as_base64) for key, item in value.items()}
    if isinstance(value, (bytes, bytearray)):
        return _text(bytes(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name), as_base64) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item, as_base64) for item in value]
    if isinstance(value, complex):
        return [_plain(value.real, as_base64), _plain(value.imag, as_base64)]
    if hasattr(value, "numpy"):
        return _plain(value.numpy(), as_base64)
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _array(array: np.ndarray, as_base64: bool) -> Any:
    if array.dtype.kind not in "biuf":
        return _plain(array.tolist(), as_base64)
    if as_base64:
        content = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        return {
            "b64": base64.b64encode(content).decode("ascii"),
            "dtype": array.dtype.name,
            "shape": list(array.shape),
        }
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        items = array.astype(object)
        items[~np.isfinite(array)] = None
        return items.tolist()
    return array.tolist()


def _text(content: bytes) -> Any:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(content).decode("ascii")}


def to_npz(outputs: List[Any], is_batch: bool) -> bytes:
    """Return the outputs of samples as an npz archive.

    Args:
        outputs: A dictionary of arrays for each sample.
        is_batch: Begin the names by the number of the sample, as in ``0/pred``; else there is one sample.

    Raises:
        RequestError: They hold something else than arrays, numbers and texts.
    """
    arrays: Dict[str, np.ndarray] = {}
    for index, values in enumerate(outputs):
        for name, value in (values if isinstance(values, dict) else {"outputs": values}).items():
            arrays[f"{index}/{name}" if is_batch else str(name)] = _as_array(value, name)
    buffer = io.BytesIO()
    # np.savez takes the names for those of its own arguments, too
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
    return buffer.getvalue()


def _as_array(value: Any, name: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = np.asarray([item.decode("utf-8") for item in array.ravel()]).reshape(array.shape)
    except (ValueError, AttributeError, UnicodeDecodeError) as error:
        raise RequestError(
            HTTPStatus.NOT_ACCEPTABLE,
            "not_acceptable",
            f"The output {name!r} is no array, so it cannot be written as npz.",
            where="header Accept",
            hint="ask for application/json",
        ) from error
    return array
