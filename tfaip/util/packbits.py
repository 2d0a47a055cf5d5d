# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Eight binary values in one byte, along the last axis of an array."""

from typing import Any

import numpy as np

_BYTE = 8


def packsize(n: int) -> int:
    """Return the number of bytes that hold ``n`` bits."""
    return (n - 1) // _BYTE + 1


def packbits(data: Any) -> np.ndarray:
    """Pack the last axis of a binary array.

    Args:
        data: Array of bool or uint8 of shape ``[..., n]``; every non-zero value is a one.

    Returns:
        uint8 of shape ``[..., packsize(n)]``, most significant bit first, the last byte filled up with zeros.
    """
    return np.packbits(np.asarray(data).astype(bool), axis=-1)


def unpackbits(data: Any, length: int) -> Any:
    """Invert :func:`packbits`.

    Args:
        data: uint8 of shape ``[..., packsize(length)]``, a NumPy array or a tensor.
        length: Size of the last axis before packing.

    Returns:
        uint8 zeros and ones of shape ``[..., length]``, a tensor if ``data`` is one.
    """
    if isinstance(data, np.ndarray):
        return np.unpackbits(data, axis=-1, count=length)
    import tensorflow as tf

    data = tf.cast(data, tf.uint8)
    shifts = tf.constant(np.arange(_BYTE - 1, -1, -1), dtype=tf.uint8)
    bits = tf.bitwise.bitwise_and(tf.bitwise.right_shift(data[..., tf.newaxis], shifts), tf.constant(1, tf.uint8))
    shape = tf.concat([tf.shape(data)[:-1], [tf.shape(data)[-1] * _BYTE]], axis=0)
    unpacked = tf.reshape(bits, shape)[..., :length]
    unpacked.set_shape([*data.shape[:-1], length] if data.shape.rank is not None else None)
    return unpacked
