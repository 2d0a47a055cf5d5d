# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Generating processors for the tests. Workers import this module, so it must not import TensorFlow."""

import os
import random
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Optional

import numpy as np
from paiargparse import pai_dataclass

from test.data.processors import HomelessResult
from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, GeneratingDataProcessor


@pai_dataclass
@dataclass
class GenerateParams(DataProcessorParams):
    """A generating processor that behaves in one of many ways."""

    how: str = "pairs"
    at: int = -1  # the number where something happens
    chunk: Optional[int] = None
    folder: str = ""  # where it is remembered what happened
    times: int = 3

    @staticmethod
    def cls():
        return Generate

    def samples_per_chunk(self):
        return self.chunk


class Generate(GeneratingDataProcessor[GenerateParams]):
    def generate(self, samples: Iterable[Sample]) -> Iterable[Sample]:
        return getattr(self, self.params.how)(self.watched(samples))

    def watched(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        for sample in samples:
            if sample.meta["i"] == self.params.at:
                self.happen()
            yield sample

    def happen(self):
        if self.params.folder:
            try:
                open(os.path.join(self.params.folder, "happened"), "x").close()
            except FileExistsError:
                return
        getattr(self, f"happen_{self.params.how.rpartition('_')[2]}", self.happen_raise)()

    def happen_raise(self):
        raise LookupError("cannot go on")

    def happen_kill(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def pairs(self, samples):
        first = None
        for sample in samples:
            if first is None:
                first = sample
            else:
                yield first.new_inputs(first.inputs + sample.inputs)
                first = None
        if first is not None:
            yield first

    def pairs_kill(self, samples):
        return self.pairs(samples)

    def pids(self, samples):
        for sample in samples:
            yield sample.new_inputs(os.getpid())

    def all_first(self, samples):
        yield from reversed(list(samples))

    def many(self, samples):
        for sample in samples:
            for i in range(self.params.times):
                yield sample.new_inputs(sample.inputs * 1000 + i)

    def many_kill(self, samples):
        return self.many(samples)

    def early(self, samples):
        yield from (sample for sample, _ in zip(samples, range(self.params.times), strict=False))

    def endless(self, samples):
        first = next(iter(samples))
        while True:
            yield first.new_inputs(np.zeros(self.params.times))

    def draw(self, samples):
        for sample in samples:
            if self.rng.random() < 0.7:
                yield sample.new_inputs([self.rng.random(), random.random(), np.random.rand()])
            yield sample.new_inputs([self.rng.random(), random.random(), np.random.rand()])

    def draw_kill(self, samples):
        return self.draw(samples)

    def differ_kill(self, samples):
        unseeded = random.SystemRandom()
        for sample in samples:
            yield sample.new_inputs(unseeded.random())

    def unpicklable(self, samples):
        for sample in samples:
            yield sample.new_inputs((lambda: None) if sample.meta["i"] == self.params.times else sample.inputs)

    def unreadable(self, samples):
        for sample in samples:
            yield sample.new_outputs(HomelessResult() if sample.meta["i"] == self.params.times else None)

    def no_sample(self, samples):
        for _ in samples:
            yield self

    def swallow(self, samples):
        try:
            yield from samples
        except Exception:
            yield Sample(inputs=-1, targets=-1, meta={"i": -1})
