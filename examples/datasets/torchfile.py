# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads the weights in a file that PyTorch wrote before its version 1.6, without PyTorch and without running its code.

Such a file is a row of pickles: a magic number, a version, facts about the machine, the dictionary of tensors (whose
numbers are only referred to), the names of the stores of numbers; then follow the stores, each a length and its bytes.
"""

import io
import pickle
import struct
from collections import OrderedDict
from typing import Any, BinaryIO

import numpy as np

from tfaip.util.errors import UserValueError

_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_DTYPES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8"}


class _Store:
    """A store of numbers, which are read after the tensors that refer to it."""

    def __init__(self, dtype: str):
        self.dtype = np.dtype(dtype)
        self.values: np.ndarray | None = None


class _Tensor:
    """What a file says about a tensor: the store, the place in it, the shape, the steps."""

    def __init__(self, store: _Store, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any):
        self.store, self.offset, self.shape, self.strides = store, offset, shape, strides

    def array(self) -> np.ndarray:
        assert self.store.values is not None
        strides = [step * self.store.dtype.itemsize for step in self.strides]
        values = self.store.values[self.offset :]
        return np.lib.stride_tricks.as_strided(values, self.shape, strides, writeable=False).copy()


class _TensorUnpickler(pickle.Unpickler):
    """Unpickler that knows dictionaries of tensors and refuses everything else that a pickle could call."""

    def __init__(self, file: BinaryIO):
        super().__init__(file)
        self.stores: dict[str, _Store] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise UserValueError(
            "A file of weights asks for something else than tensors; it is not loaded.",
            expected="tensors in a dictionary",
            got=f"{module}.{name}",
        )

    def persistent_load(self, reference: Any) -> _Store:
        _, dtype, key, *_ = reference
        return self.stores.setdefault(key, _Store(dtype))


def read_torch_file(content: bytes) -> dict[str, np.ndarray]:
    """Return the tensors of a file by their names.

    Raises:
        UserValueError: If it is no such file, or holds something else.
    """
    file = io.BytesIO(content)
    try:
        magic, version, _ = (_TensorUnpickler(file).load() for _ in range(3))
        if (magic, version) != (_MAGIC, _VERSION):
            raise UserValueError("This is no file of weights of PyTorch.", got=f"{magic!r}, version {version!r}")
        unpickler = _TensorUnpickler(file)
        tensors = unpickler.load()
        for key in _TensorUnpickler(file).load():
            _read_store(file, unpickler.stores[key])
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError, struct.error) as error:
        if isinstance(error, UserValueError):
            raise
        raise UserValueError("The file of weights cannot be read.", got=repr(error)) from error
    return {name: tensor.array() for name, tensor in tensors.items()}


def _read_store(file: BinaryIO, store: _Store) -> None:
    (n,) = struct.unpack("<q", file.read(8))
    store.values = np.frombuffer(file.read(n * store.dtype.itemsize), dtype=store.dtype, count=n)
