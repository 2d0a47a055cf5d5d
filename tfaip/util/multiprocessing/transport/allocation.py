# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Memory for arrays that travel: aligned, and in a worker process right in the shared memory."""

import math
from typing import Any, Callable, Optional, Tuple

import numpy as np

ALIGNMENT = 64  # bytes: what TensorFlow asks of memory that it takes over without a copy

_shared_memory: Optional[Callable[[int], Any]] = None


def use_shared_memory(allocate: Callable[[int], Any]) -> None:
    """Let arrays that are created in this process from now on lie in shared memory.

    Args:
        allocate: Returns a buffer of a number of bytes, None if there is no room.
    """
    global _shared_memory
    _shared_memory = allocate


def empty_array(shape: Tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Return a new array, aligned, whose elements are not set."""
    if dtype.hasobject:
        return np.empty(shape, dtype)
    n_bytes = math.prod(shape) * dtype.itemsize
    memory = None if _shared_memory is None else _shared_memory(n_bytes)
    if memory is not None:
        return np.frombuffer(memory, np.uint8, n_bytes).view(dtype).reshape(shape)
    memory = np.empty(n_bytes + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + n_bytes].view(dtype).reshape(shape)
