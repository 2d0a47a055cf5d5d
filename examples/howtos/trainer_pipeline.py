# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to say yourself what is trained and validated on: parameters of the training data.

``TrainerPipelineParams`` has one generator for the training and one for the validation. Derive from
``TrainerPipelineParamsBase`` where this does not fit. Here one set of images is given once, a share of it is kept for
the validation, and load-and-validate looks at two data sets.

tfaip-train examples.howtos.trainer_pipeline --trainer.gen.val_share 0.2 --trainer.lav_every_n 1
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import List, Optional

from paiargparse import pai_dataclass, pai_meta

from examples.datasets.mnist import load_mnist
from examples.tutorial.min.data import to_samples
from examples.tutorial.min.params import TutorialScenarioParams
from tfaip import DataGeneratorParams, PipelineMode, Sample, TrainerPipelineParamsBase
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.params.ranges import Range
from tfaip.scenario.scenariobase import ScenarioBase


@pai_dataclass
@dataclass
class DigitsParams(DataGeneratorParams):
    """Images of a data set, from one place of it to another."""

    dataset: str = field(default="mnist", metadata=pai_meta(help="The data set to learn: mnist or fashion_mnist"))
    # Set by the parameters of the training data below, so no flags.
    part: str = field(default="test", metadata=pai_meta(mode="ignore", help="train or test"))
    begin: float = field(default=0.0, metadata=pai_meta(mode="ignore", help="Where the images begin, from 0 to 1"))
    end: float = field(default=1.0, metadata=pai_meta(mode="ignore", help="Where they end"))

    @staticmethod
    def cls():
        return Digits


class Digits(DataGenerator[DigitsParams]):
    """Yields the images, in training in a new order each epoch."""

    def __init__(self, mode: PipelineMode, params: DigitsParams):
        super().__init__(mode=mode, params=params)
        data = load_mnist(dataset=params.dataset)
        images, classes = (data.x_train, data.y_train) if params.part == "train" else (data.x_test, data.y_test)
        begin, end = (round(len(images) * place) for place in (params.begin, params.end))
        self.samples = to_samples(images[begin:end], classes[begin:end])

    def __len__(self) -> int:
        return len(self.samples)

    def generate(self) -> Iterable[Sample]:
        if self.mode == PipelineMode.TRAINING:
            return [self.samples[index] for index in self.rng.permutation(len(self.samples))]
        return self.samples


@pai_dataclass
@dataclass
class SplitTrainerPipelineParams(TrainerPipelineParamsBase[DigitsParams, DigitsParams]):
    """Divides the training images; the test images are left for load-and-validate."""

    digits: DigitsParams = field(
        default_factory=DigitsParams, metadata=pai_meta(mode="flat", fix_dc=True, help="The images")
    )
    val_share: float = field(
        default=0.1,
        metadata={
            **pai_meta(help="Share of the training images that are kept for the validation (0: no validation)"),
            "range": Range(minimum=0, below=1),
        },
    )

    def train_gen(self) -> DigitsParams:
        return DigitsParams(dataset=self.digits.dataset, part="train", end=1 - self.val_share)

    def val_gen(self) -> Optional[DigitsParams]:
        if not self.val_share:
            return None  # a training without validation
        return DigitsParams(dataset=self.digits.dataset, part="train", begin=1 - self.val_share)

    def lav_gen(self) -> List[DigitsParams]:
        """Return two lists of data: their results are logged as ``lav_l0_*`` and ``lav_l1_*``."""
        first, second = ({"begin": 0.0, "end": 0.5}, {"begin": 0.5, "end": 1.0})
        return [DigitsParams(dataset=self.digits.dataset, part="test", **half) for half in (first, second)]


class SplitScenario(ScenarioBase[TutorialScenarioParams, SplitTrainerPipelineParams]):
    """The minimal tutorial on these data."""
