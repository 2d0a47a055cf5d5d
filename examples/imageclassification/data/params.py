# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data; like all parameter modules it does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Set, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, DataGeneratorParams, PipelineMode
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from examples.imageclassification.data.augment import AugmentProcessor
    from examples.imageclassification.data.classname import ClassNameProcessor
    from examples.imageclassification.data.data import ICData
    from examples.imageclassification.data.generator import ICGenerator
    from examples.imageclassification.data.load import LoadImageProcessor


@pai_dataclass
@dataclass
class ICGeneratorParams(DataGeneratorParams):
    """Labelled images, for training and evaluation."""

    dataset: str = field(
        default="auto",
        metadata=pai_meta(
            choices=["auto", "flowers", "stamps", "textures"],
            help="The images to learn; auto takes the first of these that this machine can get",
        ),
    )
    folder: str = field(
        default="", metadata=pai_meta(help="A folder of your own with a folder of images for each class")
    )
    part: str = field(
        default="auto",
        metadata=pai_meta(
            choices=["auto", "train", "val", "test"],
            help="The part of the images; auto is train in a training pipeline and val in others",
        ),
    )
    split_seed: int = field(default=0, metadata=pai_meta(help="Another number divides the images into other parts"))

    @staticmethod
    def cls() -> Type["ICGenerator"]:
        from examples.imageclassification.data.generator import ICGenerator

        return ICGenerator


@pai_dataclass
@dataclass
class LoadImageProcessorParams(DataProcessorParams):
    """Read an image file and fit it into a square."""

    @staticmethod
    def cls() -> Type["LoadImageProcessor"]:
        from examples.imageclassification.data.load import LoadImageProcessor

        return LoadImageProcessor


@pai_dataclass
@dataclass
class AugmentProcessorParams(DataProcessorParams):
    """Change the images of the training by chance, so that no epoch shows the same ones."""

    modes: Set[PipelineMode] = field(
        default_factory=lambda: {PipelineMode.TRAINING},
        metadata=pai_meta(help="The modes of pipelines that the processor runs in"),
    )
    flip: bool = field(default=True, metadata=pai_meta(help="Mirror every other image"))
    rotate: float = field(
        default=15.0, metadata={**pai_meta(help="Largest angle in degrees"), "range": Range(minimum=0)}
    )
    zoom: float = field(
        default=0.25,
        metadata={**pai_meta(help="Largest change of the size, 0.25: from 0.75 to 1.25"), "range": Range(0, 0.9)},
    )
    brightness: float = field(
        default=0.2,
        metadata={**pai_meta(help="Largest change of brightness and contrast"), "range": Range(0, 0.9)},
    )

    @staticmethod
    def cls() -> Type["AugmentProcessor"]:
        from examples.imageclassification.data.augment import AugmentProcessor

        return AugmentProcessor


@pai_dataclass
@dataclass
class ClassNameProcessorParams(DataProcessorParams):
    """Say the class of a prediction by its name."""

    modes: Set[PipelineMode] = field(
        default_factory=lambda: {PipelineMode.EVALUATION, PipelineMode.PREDICTION},
        metadata=pai_meta(help="The modes of pipelines that the processor runs in"),
    )

    @staticmethod
    def cls() -> Type["ClassNameProcessor"]:
        from examples.imageclassification.data.classname import ClassNameProcessor

        return ClassNameProcessor


@pai_dataclass
@dataclass
class ICDataParams(DataBaseParams):
    """What images and classes look like; the processors read it, too."""

    classes: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Names of the classes; by default those of the folders of the training images"),
    )
    image_size: int = field(
        default=96, metadata=pai_meta(mode="ignore", help="Side of the square images, set by the scenario")
    )

    @staticmethod
    def cls() -> Type["ICData"]:
        from examples.imageclassification.data.data import ICData

        return ICData
