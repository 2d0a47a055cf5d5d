# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Packing bits into bytes and back."""

import numpy as np
import pytest

from tfaip.util.packbits import packbits, packsize, unpackbits


@pytest.mark.parametrize(("n", "size"), [(1, 1), (8, 1), (9, 2), (16, 2), (17, 3)])
def test_the_packed_size(n, size):
    assert packsize(n) == size


def test_the_most_significant_bit_is_first_and_the_rest_is_zero():
    packed = packbits(np.array([[1, 0, 0, 0, 0, 0, 0, 1, 1], [0, 7, 0, 0, 0, 0, 0, 0, 0]], dtype="uint8"))
    assert packed.dtype == np.uint8
    assert packed.tolist() == [[129, 128], [64, 0]]


@pytest.mark.parametrize("length", [1, 7, 8, 9, 24, 30])
@pytest.mark.parametrize("dtype", ["uint8", "bool"])
def test_unpacking_inverts_packing_for_arrays_and_tensors(length, dtype):
    import tensorflow as tf

    data = (np.random.RandomState(length).rand(2, 3, length) > 0.5).astype(dtype)
    packed = packbits(data)
    assert packed.shape == (2, 3, packsize(length))
    unpacked = unpackbits(packed, length)
    assert isinstance(unpacked, np.ndarray)
    np.testing.assert_array_equal(unpacked, data)
    tensor = unpackbits(tf.constant(packed), length)
    assert tf.is_tensor(tensor)
    assert tensor.shape == data.shape
    np.testing.assert_array_equal(tensor.numpy(), data)


def test_unpacking_works_with_unknown_sizes_in_a_tensorflow_function():
    import tensorflow as tf

    unpack = tf.function(lambda x: unpackbits(x, 10), input_signature=[tf.TensorSpec([None, None], tf.uint8)])
    data = np.eye(10, dtype="uint8")
    np.testing.assert_array_equal(unpack(packbits(data)).numpy(), data)
