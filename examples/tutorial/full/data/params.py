# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data of the full tutorial."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, DataGeneratorParams
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams

if TYPE_CHECKING:
    from examples.tutorial.full.data.data import TutorialData
    from examples.tutorial.full.data.normalize import NormalizeProcessor
    from examples.tutorial.full.data.prediction_data_generation import TutorialPredictionGenerator
    from examples.tutorial.full.data.training_data_generation import TutorialTrainingGenerator


@pai_dataclass
@dataclass
class TutorialTrainingGeneratorParams(DataGeneratorParams):
    """A public data set, for training and evaluation."""

    dataset: str = field(default="mnist", metadata=pai_meta(help="The data set to learn: mnist or fashion_mnist"))
    force_train: bool = field(
        default=False, metadata=pai_meta(help="Yield the training images also when the pipeline is not for training")
    )
    shuffle: bool = field(
        default=True,
        metadata=pai_meta(help="Yield the images in a new order each epoch if the pipeline is for training"),
    )

    @staticmethod
    def cls() -> Type["TutorialTrainingGenerator"]:
        from examples.tutorial.full.data.training_data_generation import TutorialTrainingGenerator

        return TutorialTrainingGenerator


@pai_dataclass
@dataclass
class TutorialPredictionGeneratorParams(DataGeneratorParams):
    """Image files, for prediction."""

    image_files: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Image files to predict; patterns such as 'digits/*.png' are expanded"),
    )

    @staticmethod
    def cls() -> Type["TutorialPredictionGenerator"]:
        from examples.tutorial.full.data.prediction_data_generation import TutorialPredictionGenerator

        return TutorialPredictionGenerator


@pai_dataclass
@dataclass
class NormalizeProcessorParams(DataProcessorParams):
    """Scale the bytes of an image to small numbers."""

    center: bool = field(default=False, metadata=pai_meta(help="Scale to [-1, 1] instead of [0, 1]"))

    @staticmethod
    def cls() -> Type["NormalizeProcessor"]:
        from examples.tutorial.full.data.normalize import NormalizeProcessor

        return NormalizeProcessor


@pai_dataclass
@dataclass
class TutorialDataParams(DataBaseParams):
    """Parameters of the data: only the processors, which every data set has."""

    @staticmethod
    def cls() -> Type["TutorialData"]:
        from examples.tutorial.full.data.data import TutorialData

        return TutorialData
