# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the contestants are compared with: the work itself, and the simplest ways into TensorFlow."""

import contextlib
import itertools
import multiprocessing
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.loaders.work import KINDS

_WARM_UP = 100


def bare_loops(name: str, num_processes: int, seconds: float) -> float:
    """Return the summed rate of bare loops over the work, in as many processes at once."""
    context = multiprocessing.get_context("spawn")
    rates: Any = context.Queue()
    barrier = context.Barrier(num_processes)
    processes = [context.Process(target=_bare_loop, args=(name, seconds, barrier, rates)) for _ in range(num_processes)]
    for process in processes:
        process.start()
    total = sum(rates.get() for _ in processes)
    for process in processes:
        process.join()
    return total


def _bare_loop(name: str, seconds: float, barrier: Any, rates: Any) -> None:
    function, n = KINDS[name].function, 0
    for number in range(_WARM_UP):
        function(number)
    barrier.wait()
    start = time.perf_counter()
    while (duration := time.perf_counter() - start) < seconds:
        function(n)
        n += 1
    rates.put(n / duration)


@contextlib.contextmanager
def single_samples(name: str) -> Iterator[Iterator[int]]:
    """Give the sizes of batches of ``from_generator`` of single samples in this process."""
    import tensorflow as tf

    kind = KINDS[name]
    dataset = tf.data.Dataset.from_generator(
        lambda: ({"x": kind.function(number)} for number in itertools.count()),
        output_signature={"x": tf.TensorSpec(kind.shape, kind.dtype)},
    )
    iterator = iter(dataset.batch(kind.batch_size))
    yield (int(batch["x"].shape[0]) for batch in iterator)
    del iterator


@contextlib.contextmanager
def copies(name: str) -> Iterator[Iterator[int]]:
    """Give the sizes of batches that are copied into an array that exists, then into a tensor, in this process."""
    import tensorflow as tf

    kind = KINDS[name]
    batch = np.empty((kind.batch_size, *kind.shape), kind.dtype)

    def sizes() -> Iterator[int]:
        while True:
            for position in range(kind.batch_size):
                np.copyto(batch[position], kind.function(position))
            yield int(tf.constant(batch).shape[0])

    yield sizes()
