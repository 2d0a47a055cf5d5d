# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Other loaders, each with the settings that were the fastest here; what is not installed is left out.

Each hands out batches in its own form: tensors of torch, arrays of numpy, tensors of TensorFlow.
"""

import contextlib
import importlib.util
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from benchmarks.loaders.work import KINDS

_N = 1 << 30


@contextlib.contextmanager
def py_function(name: str, num_processes: int) -> Iterator[Iterator[int]]:
    """``tf.data`` with ``tf.numpy_function``, the faster form of ``tf.py_function``, in as many threads."""
    import tensorflow as tf

    kind = KINDS[name]

    def load(number: Any) -> Any:
        return tf.ensure_shape(tf.numpy_function(kind.function, [number], kind.dtype), kind.shape)

    dataset = tf.data.Dataset.range(_N).map(load, num_parallel_calls=num_processes)
    iterator = iter(dataset.batch(kind.batch_size).prefetch(2))
    yield (int(batch.shape[0]) for batch in iterator)
    del iterator


class _Numbers:
    """A dataset as torch and grain want it."""

    def __init__(self, name: str):
        self.name = name

    def __len__(self) -> int:
        return _N

    def __getitem__(self, number: int) -> Any:
        return KINDS[self.name].function(number)


class _InOrder:
    """The sampler of torch builds a list of all numbers at times; this one does not."""

    def __len__(self) -> int:
        return _N

    def __iter__(self) -> Iterator[int]:
        return iter(range(_N))


@contextlib.contextmanager
def torch_loader(name: str, num_processes: int) -> Iterator[Iterator[int]]:
    """``torch.utils.data.DataLoader``."""
    from torch.utils.data import DataLoader

    loader: Any = DataLoader(
        _Numbers(name),  # type: ignore[arg-type]
        batch_size=KINDS[name].batch_size,
        sampler=_InOrder(),
        num_workers=num_processes,
        prefetch_factor=8,
        multiprocessing_context="forkserver",
    )
    iterator = iter(loader)
    yield (len(batch) for batch in iterator)
    iterator._shutdown_workers()


class _Load:
    """Picklable, as grain's processes need it."""

    def __init__(self, name: str):
        self.name = name

    def __call__(self, number: int) -> Any:
        return KINDS[self.name].function(int(number))


@contextlib.contextmanager
def grain_loader(name: str, num_processes: int) -> Iterator[Iterator[int]]:
    """Grain with processes that make whole batches."""
    import grain

    kind = KINDS[name]
    large = math.prod(kind.shape) * kind.batch_size >= 1 << 24  # more of these batches than this fill the memory
    options = grain.multiprocessing.MultiprocessingOptions(
        num_workers=num_processes, per_worker_buffer_size=2 if large else 16
    )
    dataset = grain.MapDataset.range(1 << 24).map(_Load(name)).batch(kind.batch_size)
    # its threads would compete for the interpreter of their worker
    threads = grain.ReadOptions(num_threads=1, prefetch_buffer_size=2)
    iterator = iter(dataset.to_iter_dataset(threads).mp_prefetch(options))
    yield (len(batch) for batch in iterator)
    del iterator


@contextlib.contextmanager
def keras_pydataset(name: str, num_processes: int) -> Iterator[Iterator[int]]:
    """``keras.utils.PyDataset`` with processes, read as ``fit`` reads it."""
    import keras
    import numpy as np
    from keras.src.trainers.data_adapters.py_dataset_adapter import PyDatasetAdapter

    kind = KINDS[name]

    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return 1 << 22

        def __getitem__(self, number: int) -> Any:
            first = number * kind.batch_size
            return (np.stack([kind.function(first + offset) for offset in range(kind.batch_size)]),)

    dataset = Batches(workers=num_processes, use_multiprocessing=True, max_queue_size=16)
    adapter = PyDatasetAdapter(dataset, shuffle=False)
    adapter.on_epoch_begin()
    iterator = iter(adapter.get_tf_dataset())
    yield (int(batch[0].shape[0]) for batch in iterator)
    del iterator
    adapter.on_epoch_end()


Loader = Callable[[str, int], AbstractContextManager[Iterator[int]]]

_ALL: dict[str, tuple[str, Loader]] = {
    "tf.py_function": ("tensorflow", py_function),
    "torch DataLoader": ("torch", torch_loader),
    "grain": ("grain", grain_loader),
    "Keras PyDataset": ("keras", keras_pydataset),
}


def installed_peers() -> dict[str, Loader]:
    """Return the loaders whose packages are installed, by name."""
    return {name: loader for name, (module, loader) in _ALL.items() if importlib.util.find_spec(module)}
