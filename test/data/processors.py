# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Generators and processors for the tests. Workers import this module, so it must not import TensorFlow."""

import os
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Iterable, List, Optional

import numpy as np
from paiargparse import pai_dataclass

from tfaip.data.databaseparams import DataBaseParams, DataGeneratorParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.processor.dataprocessor import (
    DataProcessorParams,
    GeneratingDataProcessor,
    MappingDataProcessor,
)


@pai_dataclass
@dataclass
class NumbersParams(DataGeneratorParams):
    """Generates the numbers below ``n``; in lists if there are sizes for them."""

    n: int = 10
    batches: List[int] = field(default_factory=list)
    fail_at: Optional[int] = None

    def cls(self):
        return Numbers


class Numbers(DataGenerator[NumbersParams]):
    def __len__(self):
        return self.params.n

    def yields_batches(self):
        return bool(self.params.batches)

    def generate(self):
        samples = [Sample(inputs=i, targets=i, meta={"i": i}) for i in range(self.params.n)]
        if self.params.batches:
            for size in self.params.batches:
                yield samples[:size]
                samples = samples[size:]
            return
        for sample in samples:
            if sample.inputs == self.params.fail_at:
                raise OSError("unreadable")
            yield sample


class UnpicklableError(Exception):
    def __init__(self, message):
        super().__init__(message)
        self.lock = random.SystemRandom, lambda: None


class SilentError(Exception):
    def __str__(self):
        raise SilentError


class SlowlyPickledError(Exception):
    def __reduce__(self):
        time.sleep(600)
        return super().__reduce__()


class HomelessError(Exception):
    """Can be unpickled in its own process only; elsewhere that raises, hangs, or makes something else."""

    def __reduce__(self):
        return go_home, (os.getpid(), str(self))


class HomelessResult:
    """Can be unpickled in its own process only."""

    def __reduce__(self):
        return go_home, (os.getpid(), "raises")


def go_home(pid, what):
    if os.getpid() != pid:
        if what == "raises":
            raise RuntimeError("not at home")
        if what == "hangs":
            time.sleep(600)
        return "no exception"
    return HomelessError(what)


@pai_dataclass
@dataclass
class MulParams(DataProcessorParams):
    factor: int = 2

    @staticmethod
    def cls():
        return Mul


class Mul(MappingDataProcessor[MulParams]):
    def apply(self, sample: Sample) -> Sample:
        return sample.new_inputs(sample.inputs * self.params.factor)


@pai_dataclass
@dataclass
class SlowStartParams(DataProcessorParams):
    """The first samples take the longest, so that results come back in the wrong order."""

    @staticmethod
    def cls():
        return SlowStart


class SlowStart(MappingDataProcessor[SlowStartParams]):
    def apply(self, sample: Sample) -> Sample:
        time.sleep(0.05 if sample.inputs % 7 == 0 else 0)
        return sample.new_outputs(os.getpid())


@pai_dataclass
@dataclass
class TroubleParams(DataProcessorParams):
    """Does something bad at one number."""

    at: int = 5
    what: str = "raise"

    @classmethod
    def cls(cls):
        return Trouble


class Trouble(MappingDataProcessor[TroubleParams]):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.params.what == "init":
            raise ValueError("no such model file")

    def supports_preload(self):
        return self.params.what != "augment"

    def apply(self, sample: Sample) -> Any:
        if sample.meta["i"] == self.params.at:
            return getattr(self, f"do_{self.params.what}")(sample)
        return sample

    def do_raise(self, sample):
        raise ValueError(f"bad number {sample.inputs}")

    def do_unpicklable_error(self, sample):
        raise UnpicklableError("cannot travel")

    def do_silent_error(self, sample):
        raise SilentError

    def do_slowly_pickled_error(self, sample):
        raise SlowlyPickledError("too slow")

    def do_homeless_error_that_raises(self, sample):
        raise HomelessError("raises")

    def do_homeless_error_that_hangs(self, sample):
        raise HomelessError("hangs")

    def do_homeless_error_that_changes(self, sample):
        raise HomelessError("changes")

    def do_long_error(self, sample):
        raise LookupError("long" * 1_000_000)

    def do_leave(self, sample):
        sys.exit("leaves")

    def do_interrupt(self, sample):
        raise KeyboardInterrupt("interrupts")

    def do_fork(self, sample):
        if os.fork() == 0:
            raise ValueError("the fork goes on")
        time.sleep(0.5)  # so that the fork is the first one to answer
        return sample

    def do_unpicklable_result(self, sample):
        return sample.new_outputs(lambda: None)

    def do_unreadable_result(self, sample):
        return sample.new_outputs(HomelessResult())

    def do_kill(self, sample):
        os.kill(os.getpid(), signal.SIGKILL)

    def do_exit(self, sample):
        os._exit(3)

    def do_invalid(self, sample):
        return sample.new_invalid()

    def do_none(self, sample):
        return None

    def do_wrong_type(self, sample):
        return sample.inputs

    def do_augment(self, sample):
        return sample.new_inputs(sample.inputs + 1000)


@pai_dataclass
@dataclass
class FailingOnceParams(DataProcessorParams):
    """Fails on some samples, but only once: a file remembers that."""

    folder: str = ""
    at: List[int] = field(default_factory=list)

    @staticmethod
    def cls():
        return FailingOnce


class FailingOnce(MappingDataProcessor[FailingOnceParams]):
    def apply(self, sample: Sample) -> Sample:
        marker = os.path.join(self.params.folder, str(sample.meta["i"]))
        if sample.meta["i"] in self.params.at and not os.path.exists(marker):
            open(marker, "x").close()
            raise OSError("the network is down")
        return sample


@pai_dataclass
@dataclass
class LookAroundParams(DataProcessorParams):
    """Reports what the process looks like."""

    @staticmethod
    def cls():
        return LookAround


class LookAround(MappingDataProcessor[LookAroundParams]):
    def apply(self, sample: Sample) -> Sample:
        return sample.new_outputs(
            {
                "pid": os.getpid(),
                "tensorflow": "tensorflow" in sys.modules,
                "random": (random.random(), float(np.random.rand())),
                "cwd": os.getcwd(),
            }
        )


@pai_dataclass
@dataclass
class PairsParams(DataProcessorParams):
    """Adds up two samples each and yields every sum ``times`` times."""

    times: int = 1
    fail_at: Optional[int] = None

    @staticmethod
    def cls():
        return Pairs


class Pairs(GeneratingDataProcessor[PairsParams]):
    def generate(self, samples: Iterable[Sample]) -> Iterable[Sample]:
        first = None
        for sample in samples:
            if sample.inputs == self.params.fail_at:
                raise ValueError("cannot be paired")
            if first is None:
                first = sample
                continue
            for _ in range(self.params.times):
                yield sample.new_inputs(first.inputs + sample.inputs)
            first = None


@pai_dataclass
@dataclass
class ToArraysParams(DataProcessorParams):
    """Makes arrays: ``x`` of the length of the number plus one if ``ragged``."""

    ragged: bool = False

    @staticmethod
    def cls():
        return ToArrays


class ToArrays(MappingDataProcessor[ToArraysParams]):
    def apply(self, sample: Sample) -> Sample:
        number = sample.meta["i"]
        length = number + 1 if self.params.ragged else 1
        sample = sample.new_inputs({"x": np.full([length], sample.inputs, "int32"), "len": np.array([length], "int32")})
        if self.mode in {PipelineMode.PREDICTION}:
            return sample.new_targets(None)
        return sample.new_targets({"y": np.array([sample.targets], "int64")})


@pai_dataclass
@dataclass
class TinyDataParams(DataBaseParams):
    scale: int = 1

    @staticmethod
    def cls():
        from test.data.tinydata import TinyData

        return TinyData
