# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the tiny scenario."""

from dataclasses import dataclass, field
from typing import List

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, DataGeneratorParams, ModelBaseParams, ScenarioBaseParams, TrainerPipelineParams
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams


@pai_dataclass
@dataclass
class TinyGeneratorParams(DataGeneratorParams):
    n: int = field(default=7, metadata=pai_meta(help="Number of samples"))
    broken: List[int] = field(default_factory=list, metadata=pai_meta(help="Samples that cannot be read"))

    @staticmethod
    def cls():
        from test.tinyscenario.data import TinyGenerator

        return TinyGenerator


@pai_dataclass
@dataclass
class ReadProcessorParams(DataProcessorParams):
    factor: float = 1.0

    @staticmethod
    def cls():
        from test.tinyscenario.processors import ReadProcessor

        return ReadProcessor


@pai_dataclass
@dataclass
class LabelProcessorParams(DataProcessorParams):
    labels: List[str] = field(default_factory=lambda: ["negative", "positive"])

    @staticmethod
    def cls():
        from test.tinyscenario.processors import LabelProcessor

        return LabelProcessor


@pai_dataclass
@dataclass
class TinyDataParams(DataBaseParams):
    @staticmethod
    def cls():
        from test.tinyscenario.data import TinyData

        return TinyData


@pai_dataclass
@dataclass
class TinyModelParams(ModelBaseParams):
    kind: str = field(default="same", metadata=pai_meta(help="same, different, or regularized"))
    seed: int = 1
    bias: bool = False

    @staticmethod
    def cls():
        from test.tinyscenario.model import TinyModel

        return TinyModel

    def graph_cls(self):
        from test.tinyscenario import model

        return {"different": model.DifferentGraph}.get(self.kind, model.TinyGraph)


@pai_dataclass
@dataclass
class TinyScenarioParams(ScenarioBaseParams[TinyDataParams, TinyModelParams]):
    pass


@pai_dataclass
@dataclass
class TinyPipelineParams(TrainerPipelineParams[TinyGeneratorParams, TinyGeneratorParams]):
    pass
