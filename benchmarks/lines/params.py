# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the network for lines."""

from dataclasses import dataclass
from typing import Any

from paiargparse import pai_dataclass

from tfaip import DataBaseParams, DataGeneratorParams, ModelBaseParams, ScenarioBaseParams, TrainerPipelineParams
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams


@pai_dataclass
@dataclass
class LineGeneratorParams(DataGeneratorParams):
    """No samples: requests bring them."""

    @staticmethod
    def cls() -> Any:
        """Return the generator class."""
        from benchmarks.lines.data import LineGenerator

        return LineGenerator


@pai_dataclass
@dataclass
class ScaleProcessorParams(DataProcessorParams):
    """Makes numbers of the pixels."""

    @staticmethod
    def cls() -> Any:
        """Return the processor class."""
        from benchmarks.lines.data import ScaleProcessor

        return ScaleProcessor


@pai_dataclass
@dataclass
class DecodeProcessorParams(DataProcessorParams):
    """Makes labels of the probabilities."""

    @staticmethod
    def cls() -> Any:
        """Return the processor class."""
        from benchmarks.lines.data import DecodeProcessor

        return DecodeProcessor


@pai_dataclass
@dataclass
class LineDataParams(DataBaseParams):
    """Lines of text."""

    @staticmethod
    def cls() -> Any:
        """Return the data class."""
        from benchmarks.lines.data import LineData

        return LineData


@pai_dataclass
@dataclass
class LineModelParams(ModelBaseParams):
    """Two convolutions, recurrent layers in both directions, a softmax."""

    filters: int = 40
    layers: int = 2
    units: int = 200
    classes: int = 100

    @staticmethod
    def cls() -> Any:
        """Return the model class."""
        from benchmarks.lines.model import LineModel

        return LineModel

    def graph_cls(self) -> Any:
        """Return the graph class."""
        from benchmarks.lines.model import LineGraph

        return LineGraph


@pai_dataclass
@dataclass
class LineScenarioParams(ScenarioBaseParams[LineDataParams, LineModelParams]):
    """The scenario."""


@pai_dataclass
@dataclass
class LinePipelineParams(TrainerPipelineParams[LineGeneratorParams, LineGeneratorParams]):
    """Its pipelines."""
