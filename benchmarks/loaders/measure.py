# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Rates of contestants, measured in turn so that all meet the same load of the machine."""

import logging
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.loaders import ours, references
from benchmarks.loaders.peers import installed_peers

_WARM_UP_SECONDS = 1.0
_WARM_UP_BATCHES = 40

REFERENCE = "reference"
DIRECT = "tfaip, into the step"
DATASET = "tfaip, tf.data"
ONE_PROCESS = "tfaip, 1 process"


@dataclass
class Rates:
    """Rates of all contestants for one kind of work.

    Attributes:
        samples: By contestant the samples a second of each round.
        errors: By contestant why it could not be measured.
    """

    samples: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """Return the median rate of a contestant."""
        return statistics.median(self.samples[name])

    def ratio(self, name: str, other: str = REFERENCE) -> float:
        """Return the median over the rounds of the ratio of two contestants."""
        pairs = zip(self.samples[name], self.samples[other], strict=False)
        return statistics.median(rate / other_rate for rate, other_rate in pairs)


def rate_of(contestant: AbstractContextManager[Iterator[int]], seconds: float) -> float:
    """Return the samples a second of batches that come one after the other, without their start."""
    with contestant as sizes:
        start = time.perf_counter()
        for number, _ in enumerate(sizes):
            if number >= _WARM_UP_BATCHES and time.perf_counter() - start > _WARM_UP_SECONDS:
                break
        start, n_samples = time.perf_counter(), 0
        for size in sizes:
            n_samples += size
            if (duration := time.perf_counter() - start) >= seconds:
                break
        return n_samples / duration


def contestants(kind: str, num_processes: int, seconds: float) -> dict[str, Callable[[], float]]:
    """Return by name what measures each contestant once."""

    def of(loader: Any, *args: Any) -> Callable[[], float]:
        return lambda: rate_of(loader(*args), seconds)

    reference: Callable[[], float]
    if kind in ("python", "numpy"):

        def reference() -> float:
            return references.bare_loops(kind, num_processes, seconds)
    else:
        reference = of(references.single_samples if kind == "overhead" else references.copies, kind)
    return {
        REFERENCE: reference,
        DIRECT: of(ours.into_the_step, kind, num_processes),
        DATASET: of(ours.through_tf_data, kind, num_processes),
        ONE_PROCESS: of(ours.into_the_step, kind, 1),
        **{name: of(loader, kind, num_processes) for name, loader in installed_peers().items()},
    }


def measure(kind: str, num_processes: int, rounds: int, seconds: float, only: Sequence[str] = ()) -> Rates:
    """Measure all contestants in turn, round by round.

    Args:
        kind: The kind of work.
        num_processes: Number of worker processes of each.
        rounds: Number of rounds.
        seconds: How long each is measured in each round.
        only: Names of the contestants to measure beside the reference. Default: all.
    """
    rates = Rates()
    for number in range(rounds):
        for name, run in contestants(kind, num_processes, seconds).items():
            if name in rates.errors or (only and name not in (REFERENCE, *only)):
                continue
            try:
                rates.samples.setdefault(name, []).append(run())
            except Exception as error:  # a peer that fails is reported, the others go on
                logging.getLogger(__name__).warning("%s: %s", name, error)
                rates.errors[name] = f"{type(error).__name__}: {error}"
                rates.samples.pop(name, None)
                continue
            logging.getLogger(__name__).info("%s, round %d, %s: %.0f", kind, number, name, rates.samples[name][-1])
    return rates
