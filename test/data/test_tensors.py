# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Handing arrays to TensorFlow."""

import gc
import weakref

import numpy as np
import pytest
import tensorflow as tf

from tfaip.data.pipeline.tensors import to_tensor, to_tensors
from tfaip.util.multiprocessing.transport.allocation import ALIGNMENT, empty_array

LARGE = (40, 50)
TYPES = "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128 bfloat16"


def shares_memory(array, tensor):
    first = array.copy()
    array.reshape(-1)[:1] += 1
    changed = not np.array_equal(tensor.numpy(), first)
    array[...] = first
    return changed


@pytest.mark.parametrize("name", TYPES.split())
def test_all_types_keep_values_and_type(name):
    dtype = np.dtype(tf.dtypes.as_dtype(name).as_numpy_dtype)
    array = empty_array(LARGE, dtype)
    array[...] = np.arange(2000).reshape(LARGE).astype(dtype)
    tensor = to_tensor(array)
    assert tensor.dtype == name
    np.testing.assert_array_equal(tensor.numpy(), array)


def test_strings_and_empty_arrays_become_tensors():
    assert to_tensor(np.array([b"a", "b"], object)).numpy().tolist() == [b"a", b"b"]
    assert to_tensor(np.zeros([0, 3], np.float32)).shape == (0, 3)


def test_large_aligned_array_is_shared_and_kept_alive_by_its_tensor():
    array = empty_array(LARGE, np.dtype("float32"))
    array[...] = 1
    tensor = to_tensor(array)
    assert shares_memory(array, tensor)
    memory = weakref.ref(array)
    del array
    gc.collect()
    np.testing.assert_array_equal((tensor + 1).numpy(), np.full(LARGE, 2))
    assert memory() is not None
    del tensor
    gc.collect()
    assert memory() is None


@pytest.mark.parametrize("offset", [1, 4, 16, 32])
def test_memory_that_is_not_aligned_is_copied_since_kernels_would_abort(offset):
    memory = empty_array((9000,), np.dtype("uint8"))
    array = memory[offset : offset + 8000].view(np.uint8)
    tensor = to_tensor(array)
    assert not shares_memory(array, tensor)
    assert int(tf.reduce_sum(tf.cast(tensor, tf.int64) * 0)) == 0


def test_arrays_that_tensorflow_cannot_share_are_copied():
    array = empty_array(LARGE, np.dtype("float32"))
    array[...] = np.arange(2000).reshape(LARGE)
    frozen = array.copy()
    frozen.flags.writeable = False
    swapped = array.astype(array.dtype.newbyteorder())
    for other in (array.T, array[:, ::2], frozen, swapped):
        np.testing.assert_array_equal(to_tensor(other).numpy(), np.asarray(other))


def test_parts_of_a_batch_stay_apart():
    inputs, targets = to_tensors(({"x": np.ones([2, 3])}, {"y": np.zeros([2])}))
    assert (inputs["x"].shape, targets["y"].shape) == ((2, 3), (2,))


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 5), (70, 11)])
@pytest.mark.parametrize("name", ["uint8", "float64", "complex128"])
def test_new_arrays_are_aligned(shape, name):
    array = empty_array(shape, np.dtype(name))
    assert (array.shape, array.dtype) == (shape, np.dtype(name))
    assert array.size == 0 or array.ctypes.data % ALIGNMENT == 0
