# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Handing arrays to TensorFlow, without a copy where this is possible."""

from typing import Dict, Tuple

import numpy as np
import tensorflow as tf

from tfaip.data.pipeline.batching.collator import Batch
from tfaip.util.multiprocessing.transport.allocation import ALIGNMENT

_SMALLEST = 4096  # bytes; copying fewer is faster than sharing them


def to_tensor(array: np.ndarray) -> tf.Tensor:
    """Return an array as a tensor, which shares the memory if the array is large.

    The caller must not change the array any more. The tensor keeps it alive.
    """
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__()) if _can_share(array) else tf.constant(array)


def to_tensors(batch: Batch) -> Tuple[Dict[str, tf.Tensor], ...]:
    """Return a batch as tensors; see :func:`to_tensor`."""
    return tuple({key: to_tensor(array) for key, array in part.items()} for part in batch)


def _can_share(array: np.ndarray) -> bool:
    # TensorFlow does not look at what it gets: kernels abort the process if memory is not aligned.
    return (
        array.nbytes >= _SMALLEST
        and array.dtype.kind in "biufc"
        and array.dtype.isnative
        and array.flags.c_contiguous
        and array.flags.writeable
        and array.ctypes.data % ALIGNMENT == 0
    )
