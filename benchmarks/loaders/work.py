# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The kinds of work on a sample that are measured. No TensorFlow here: workers import this module."""

import functools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_SECONDS = 0.001
_BASE = np.random.default_rng(0).integers(0, 255, (28, 28)).astype(np.uint8)
_MATRIX = np.random.default_rng(0).random((96, 96))
_VARIABLE = "TFAIP_BENCHMARK_ROUNDS_"


@dataclass(frozen=True)
class Kind:
    """A kind of work.

    Attributes:
        name: Its name.
        title: What it is, for tables.
        shape: The shape of a sample.
        dtype: The type of a sample.
        function: Returns the sample of a number.
        batch_size: How many samples form a batch.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    dtype: str
    function: Callable[[int], np.ndarray]
    batch_size: int = 16


def _python_loop(rounds: int) -> int:
    value = 1
    for _ in range(rounds):
        value = (value * 1103515245 + 12345) & 0x7FFFFFFF
    return value


def _numpy_loop(rounds: int) -> np.ndarray:
    value = _MATRIX
    for _ in range(rounds):
        value = np.sqrt(value * 1.0001 + 0.5)
    return value


_LOOPS: dict[str, Callable[[int], Any]] = {"python": _python_loop, "numpy": _numpy_loop}


def calibrate() -> None:
    """Measure how many rounds of each loop take a millisecond on this machine; other processes inherit the result."""
    for name, loop in _LOOPS.items():
        os.environ[_VARIABLE + name] = str(min(_rounds_per_millisecond(loop) for _ in range(3)))


def _rounds_per_millisecond(loop: Callable[[int], Any]) -> int:
    rounds = 1
    while True:
        start = time.perf_counter()
        loop(rounds)
        seconds = time.perf_counter() - start
        if seconds > 0.05:
            return max(1, round(rounds * _SECONDS / seconds))
        rounds *= 2


@functools.cache
def _rounds(name: str) -> int:
    return int(os.environ[_VARIABLE + name])


def python_work(number: int) -> np.ndarray:
    """Compute for about a millisecond in pure Python."""
    _python_loop(_rounds("python"))
    return _BASE


def numpy_work(number: int) -> np.ndarray:
    """Compute for about a millisecond in NumPy."""
    _numpy_loop(_rounds("numpy"))
    return _BASE


def no_work(number: int) -> np.ndarray:
    """Return a small image."""
    return _BASE


@functools.cache
def _large(n_bytes: int) -> np.ndarray:
    return np.random.default_rng(0).random(n_bytes // 4, np.float32)


def large_1mb(number: int) -> np.ndarray:
    """Return 1 MB, one number of it changed."""
    array = _large(1 << 20)
    array[0] = number
    return array


def large_16mb(number: int) -> np.ndarray:
    """Return 16 MB, one number of it changed."""
    array = _large(1 << 24)
    array[0] = number
    return array


KINDS = {
    kind.name: kind
    for kind in (
        Kind("python", "pure Python, 1 ms", (28, 28), "uint8", python_work),
        Kind("numpy", "NumPy, 1 ms", (28, 28), "uint8", numpy_work),
        Kind("overhead", "28 x 28 uint8, no work", (28, 28), "uint8", no_work),
        Kind("1MB", "1 MB float32, trivial work", (1 << 18,), "float32", large_1mb),
        Kind("16MB", "16 MB float32, trivial work", (1 << 22,), "float32", large_16mb, 4),
    )
}
