# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the data of the text recognition; like all parameter modules it does not import TensorFlow."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional, Set, Type

from paiargparse import pai_dataclass, pai_meta

from tfaip import DataBaseParams, PipelineMode
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams
from tfaip.params.ranges import Range
from tfaip.resource.resource import Resource, resource_field
from tfaip.scenario.listfile.params import ListsFileGeneratorParams

if TYPE_CHECKING:
    from examples.atr.data.augmentation import AugmentProcessor
    from examples.atr.data.data import AtrData
    from examples.atr.data.decoding import DecodeProcessor
    from examples.atr.data.encoding import EncodeProcessor
    from examples.atr.data.generator import AtrGenerator
    from examples.atr.data.loading import LoadProcessor
    from examples.atr.data.scaling import ScaleProcessor

DEFAULT_CODEC = os.path.join(os.path.dirname(__file__), "codec.txt")
PARTS = ("train", "val", "test")


@pai_dataclass
@dataclass
class AtrGeneratorParams(ListsFileGeneratorParams):
    """Images of text lines: named one by one, in list files, or those that come with the example."""

    image_files: List[str] = field(
        default_factory=list,
        metadata=pai_meta(help="Images of lines; patterns such as 'lines/*.png' are expanded. Before lists"),
    )
    part: Optional[str] = field(
        default=None,
        metadata=pai_meta(
            choices=PARTS,
            help="Which part of the default data to read if there are neither image_files nor lists. "
            "Default: train for the training, else val",
        ),
    )
    n_rendered: int = field(
        default=10000,
        metadata={
            **pai_meta(help="How many lines to render for the training if there are no other data"),
            "range": Range(minimum=1),
        },
    )

    @staticmethod
    def cls() -> Type["AtrGenerator"]:
        from examples.atr.data.generator import AtrGenerator

        return AtrGenerator


@pai_dataclass
@dataclass
class LoadProcessorParams(DataProcessorParams):
    """Reads an image and, except for prediction, its transcription."""

    modes: Set[PipelineMode] = field(default_factory=INPUT_PROCESSOR.copy)

    @staticmethod
    def cls() -> Type["LoadProcessor"]:
        from examples.atr.data.loading import LoadProcessor

        return LoadProcessor


@pai_dataclass
@dataclass
class ScaleProcessorParams(DataProcessorParams):
    """Brings lines to one height and to one contrast: light on dark."""

    modes: Set[PipelineMode] = field(default_factory=INPUT_PROCESSOR.copy)

    @staticmethod
    def cls() -> Type["ScaleProcessor"]:
        from examples.atr.data.scaling import ScaleProcessor

        return ScaleProcessor


@pai_dataclass
@dataclass
class AugmentProcessorParams(DataProcessorParams):
    """Makes each line look different each time that it is used in the training."""

    modes: Set[PipelineMode] = field(default_factory=lambda: {PipelineMode.TRAINING})
    stretch: float = field(
        default=0.15,
        metadata={
            **pai_meta(help="Make lines wider or narrower by up to this share"),
            "range": Range(minimum=0, below=1),
        },
    )
    shift: int = field(
        default=2,
        metadata={**pai_meta(help="Shift lines up or down by up to so many pixels"), "range": Range(minimum=0)},
    )
    noise: float = field(
        default=0.08, metadata={**pai_meta(help="Strength of the noise, in shares of white"), "range": Range(minimum=0)}
    )
    share: float = field(
        default=0.5,
        metadata={**pai_meta(help="How often each of these is done"), "range": Range(minimum=0, maximum=1)},
    )

    @staticmethod
    def cls() -> Type["AugmentProcessor"]:
        from examples.atr.data.augmentation import AugmentProcessor

        return AugmentProcessor


@pai_dataclass
@dataclass
class EncodeProcessorParams(DataProcessorParams):
    """Gives image and transcription the form that the network and its loss take."""

    modes: Set[PipelineMode] = field(default_factory=INPUT_PROCESSOR.copy)

    @staticmethod
    def cls() -> Type["EncodeProcessor"]:
        from examples.atr.data.encoding import EncodeProcessor

        return EncodeProcessor


@pai_dataclass
@dataclass
class DecodeProcessorParams(DataProcessorParams):
    """Turns what the network says about each position of a line into a text; runs behind the network."""

    modes: Set[PipelineMode] = field(default_factory=INPUT_PROCESSOR.copy)
    keep_pred: bool = field(
        default=False, metadata=pai_meta(help="Keep the output of the network, beside the text that is read from it")
    )

    @staticmethod
    def cls() -> Type["DecodeProcessor"]:
        from examples.atr.data.decoding import DecodeProcessor

        return DecodeProcessor


@pai_dataclass
@dataclass
class AtrDataParams(DataBaseParams):
    """Parameters of the data as a whole."""

    # A file that the model needs: it is copied into the exported model.
    codec: Resource = resource_field(  # noqa: RUF009
        default_factory=lambda: Resource(DEFAULT_CODEC),
        metadata=pai_meta(help="Text file with the characters that the model knows, one a line"),
    )
    height: int = field(
        default=32, metadata={**pai_meta(help="Height that lines are scaled to, in pixels"), "range": Range(minimum=8)}
    )

    @staticmethod
    def cls() -> Type["AtrData"]:
        from examples.atr.data.data import AtrData

        return AtrData
