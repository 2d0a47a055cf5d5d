# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading safetensors files: a length (64 bits), a JSON header of that length, the bytes of the tensors."""

import json
import os
from typing import Any, Dict

import numpy as np
import tensorflow as tf

MAX_HEADER = 100 << 20
_DTYPES: Dict[str, Any] = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "BF16": tf.bfloat16.as_numpy_dtype,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U8": np.uint8,
    "BOOL": np.bool_,
}


def read_safetensors(filename: str) -> Dict[str, np.ndarray]:
    """Return the tensors of a file by their names, in the order of their bytes.

    Raises:
        ValueError: The file is damaged, or holds a type that NumPy does not have.
        OSError: It cannot be read.
    """
    size = os.path.getsize(filename)
    with open(filename, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > min(size - 8, MAX_HEADER):
            raise ValueError("the header is longer than the file")
        header = json.loads(file.read(length))
        data = file.read()
    if not isinstance(header, dict):
        raise ValueError("the header is no object")
    header.pop("__metadata__", None)
    tensors = {name: (entry["data_offsets"][0], _tensor(name, entry, data)) for name, entry in header.items()}
    return {name: tensor for name, (_, tensor) in sorted(tensors.items(), key=lambda item: item[1][0])}


def _tensor(name: str, entry: Any, data: bytes) -> np.ndarray:
    dtype, shape, (begin, end) = entry["dtype"], [int(n) for n in entry["shape"]], entry["data_offsets"]
    if dtype not in _DTYPES:
        raise ValueError(f"{name} has the type {dtype}")
    wanted = int(np.prod(shape, dtype=object)) * np.dtype(_DTYPES[dtype]).itemsize if shape else None
    wanted = np.dtype(_DTYPES[dtype]).itemsize if wanted is None else wanted
    if not (0 <= begin <= end <= len(data) and end - begin == wanted and min(shape, default=0) >= 0):
        raise ValueError(f"{name} does not fit into the file")
    return np.frombuffer(data[begin:end], dtype=_DTYPES[dtype]).reshape(shape)
