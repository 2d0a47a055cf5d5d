# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Generators and processors with randomness. Workers import this module, so it must not import TensorFlow."""

import os
import random
from dataclasses import dataclass
from typing import List

import numpy as np
from paiargparse import pai_dataclass

from tfaip.data.databaseparams import DataGeneratorParams
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.definitions import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor


@pai_dataclass
@dataclass
class DrawParams(DataProcessorParams):
    """Appends random numbers of all kinds to ``meta["draws"]``."""

    fail_once_in: str = ""

    @staticmethod
    def cls():
        return Draw


class Draw(MappingDataProcessor[DrawParams]):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = self.rng  # what somebody keeps is seeded, too

    def supports_preload(self):
        return False

    def apply(self, sample: Sample) -> Sample:
        draws = [self.rng.random(), self.kept.normal(), random.random(), np.random.rand(), np.random.randn()]
        if self.params.fail_once_in:
            marker = os.path.join(self.params.fail_once_in, str(sample.meta["i"]))
            if not os.path.exists(marker):
                open(marker, "x").close()
                raise OSError("try again")
        return sample.new_meta({**sample.meta, "draws": [*sample.meta.get("draws", []), *draws]})


@pai_dataclass
@dataclass
class ShuffledNumbersParams(DataGeneratorParams):
    """Generates the numbers below ``n`` in an order that its random numbers give, in lists if there are sizes."""

    n: int = 10
    batches: int = 0
    source: str = "rng"

    @staticmethod
    def cls():
        return ShuffledNumbers


class ShuffledNumbers(DataGenerator[ShuffledNumbersParams]):
    def __len__(self):
        return self.params.n

    def yields_batches(self):
        return self.params.batches > 0

    def generate(self):
        numbers = list(range(self.params.n))
        (self.rng if self.params.source == "rng" else random).shuffle(numbers)
        samples: List[Sample] = [Sample(inputs=i, targets=i, meta={"i": i, "epoch": self.epoch}) for i in numbers]
        size = self.params.batches
        return (samples[i : i + size] for i in range(0, len(samples), size)) if size else samples
