# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to share a parameter between nodes of the tree: ``__post_init__`` of their parent.

The user chooses the digits once, ``--data.digits 3 5 8``. The model needs their number: the scenario, which holds both,
passes it on. So that nobody sets it to another value, it is hidden from the command line (``mode="ignore"``).

tfaip-train examples.howtos.sharing_by_post_init --data.digits 3 5 8
"""

from dataclasses import dataclass, field
from typing import List, Optional

import numpy as np
from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.data import TutorialData
from examples.tutorial.min.params import TutorialDataParams, TutorialModelParams, TutorialTrainerPipelineParams
from tfaip import Sample, ScenarioBaseParams
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.errors import UserValueError


@pai_dataclass
@dataclass
class SomeDigitsDataParams(TutorialDataParams):
    """Which digits the images show."""

    digits: List[int] = field(
        default_factory=lambda: list(range(10)), metadata=pai_meta(help="The digits to tell apart", nargs="+")
    )

    def __post_init__(self):
        # A node checks itself what it can check alone.
        if len(set(self.digits)) != len(self.digits):
            raise UserValueError("A digit is there twice.", where="data.digits", got=str(self.digits))

    @staticmethod
    def cls():
        return SomeDigitsData


@pai_dataclass
@dataclass
class SomeDigitsModelParams(TutorialModelParams):
    """A model that is told its number of classes."""

    n_classes: int = field(default=10, metadata=pai_meta(mode="ignore", help="Number of classes, set by the scenario"))


@pai_dataclass
@dataclass
class SomeDigitsScenarioParams(ScenarioBaseParams[SomeDigitsDataParams, SomeDigitsModelParams]):
    """The parent of both nodes."""

    def __post_init__(self):
        # Runs more than once (when the line is parsed, before a trainer is made, ...): it may only compute.
        self.model.n_classes = len(self.data.digits)


@pai_dataclass
@dataclass
class SelectDigitsProcessorParams(DataProcessorParams):
    """Leave the other digits out."""

    @staticmethod
    def cls():
        return SelectDigits


class SelectDigits(MappingDataProcessor[SelectDigitsProcessorParams]):
    """Drops samples of other digits; the target becomes the place of the digit in the list."""

    def apply(self, sample: Sample) -> Optional[Sample]:
        digits = self.data_params.digits  # processors get the parameters of their data
        if sample.targets is None:
            return sample
        digit = int(sample.targets["gt"][0])
        return sample.new_targets({"gt": np.array([digits.index(digit)], "uint8")}) if digit in digits else None


class SomeDigitsData(TutorialData):
    """The digits of the minimal tutorial, but only the chosen ones."""

    @classmethod
    def params_cls(cls):
        return SomeDigitsDataParams

    @classmethod
    def default_params(cls) -> SomeDigitsDataParams:
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(
            run_parallel=False, processors=[SelectDigitsProcessorParams()]
        )
        return params


class SomeDigitsScenario(ScenarioBase[SomeDigitsScenarioParams, TutorialTrainerPipelineParams]):
    """Tell some digits apart."""
