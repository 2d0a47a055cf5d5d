# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Processors with accidents. Workers import this module, so it must not import TensorFlow."""

import ctypes
import os
import random
import signal
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

import numpy as np
from paiargparse import pai_dataclass

from test.data.processors import UnpicklableError
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import (
    DataProcessorParams,
    GeneratingDataProcessor,
    MappingDataProcessor,
)
from tfaip.util.multiprocessing.workerprocess import in_worker_process

DEATHS = ("kill", "exit", "crash")
ERRORS = ("raise", "unpicklable", "unloadable")


class UnloadableError(Exception):
    """Can be pickled but not unpickled."""

    def __init__(self, first, second):
        super().__init__(f"{first} {second}")


@pai_dataclass
@dataclass
class AccidentParams(DataProcessorParams):
    """What happens to which samples follows from their number and the name."""

    name: str = ""
    folder: str = ""  # where the accidents are noted, each of which happens once; empty for none
    deaths: int = 0  # accidents in 10,000 samples that end the worker
    errors: int = 0  # accidents in 10,000 samples that raise
    poisoned: int = 0  # samples of 10,000 that fail, or end the worker, whenever they are tried
    dropped: int = 0  # samples of 10,000 that are left out

    def draw(self, number: int) -> int:
        """Return a number below 10,000."""
        return zlib.crc32(f"{self.name} {number}".encode()) % 10_000

    def is_poisoned(self, number: int) -> bool:
        return 5000 <= self.draw(number) < 5000 + self.poisoned

    def is_dropped(self, number: int) -> bool:
        return 8000 <= self.draw(number) < 8000 + self.dropped

    def accident(self, number: int) -> None:
        draw = self.draw(number)
        if self.is_poisoned(number):
            happen(("kill", *ERRORS)[draw % 4])
        if self.folder and draw < self.deaths and in_worker_process() and self._is_first(number):
            happen(DEATHS[draw % 3])
        if self.folder and 2000 <= draw < 2000 + self.errors and self._is_first(number):
            happen(ERRORS[draw % 3])

    def _is_first(self, number: int) -> bool:
        try:
            open(os.path.join(self.folder, f"{self.name} {number}"), "x").close()
        except FileExistsError:
            return False
        return True


def happen(what: str) -> None:
    if not in_worker_process():
        what = "raise"
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "exit":
        os._exit(5)
    if what == "crash":
        ctypes.string_at(0)
    if what == "unpicklable":
        raise UnpicklableError("cannot travel")
    if what == "unloadable":
        raise UnloadableError("cannot", "arrive")
    raise ValueError("an accident")


@pai_dataclass
@dataclass
class ShakenParams(AccidentParams):
    @staticmethod
    def cls():
        return Shaken


class Shaken(MappingDataProcessor[ShakenParams]):
    """Draws random numbers of all kinds."""

    def apply(self, sample: Sample) -> Optional[Sample]:
        number = sample.meta["i"]
        self.params.accident(number)
        if self.params.is_dropped(number):
            return None
        drawn = [int(self.rng.integers(1000)), random.randrange(1000), int(np.random.randint(1000))]
        return sample.new_inputs([*sample.inputs, *drawn])


@pai_dataclass
@dataclass
class ShakenGenerationParams(AccidentParams):
    chunk: Optional[int] = None

    @staticmethod
    def cls():
        return ShakenGeneration

    def samples_per_chunk(self):
        return self.chunk


class ShakenGeneration(GeneratingDataProcessor[ShakenGenerationParams]):
    """Yields none, one or two samples for each, which hold something of the sample before."""

    def generate(self, samples: Iterable[Sample]) -> Iterable[Sample]:
        previous = 0
        for sample in samples:
            self.params.accident(sample.meta["i"])
            for _ in range(self.rng.integers(3)):
                yield sample.new_inputs([*sample.inputs, previous, random.randrange(1000)])
            previous = sample.inputs[0]


@pai_dataclass
@dataclass
class ShakenArraysParams(AccidentParams):
    @staticmethod
    def cls():
        return ShakenArrays


class ShakenArrays(MappingDataProcessor[ShakenArraysParams]):
    """Makes arrays of different lengths."""

    def apply(self, sample: Sample) -> Sample:
        number = sample.meta["i"]
        self.params.accident(number)
        x = np.resize(np.asarray(sample.inputs, "int32"), 1 + (number * 7) % 400)
        sample = sample.new_inputs({"x": x, "len": np.array([len(x)], "int32")})
        return sample.new_targets(
            None if self.mode == PipelineMode.PREDICTION else {"y": np.array([self.rng.integers(1 << 40)], "int64")}
        )
