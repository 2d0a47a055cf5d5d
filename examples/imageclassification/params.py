# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the image classification; like all parameter modules it does not import TensorFlow."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, List, Optional, Type

from paiargparse import pai_dataclass, pai_meta

from examples.imageclassification.data.params import ICDataParams, ICGeneratorParams
from tfaip import ModelBaseParams, ScenarioBaseParams, TrainerPipelineParamsBase
from tfaip.params.ranges import Range

if TYPE_CHECKING:
    from examples.imageclassification.graphs.convolutions import ConvolutionsGraph
    from examples.imageclassification.graphs.transfer import TransferGraph
    from examples.imageclassification.model import ICModel


@pai_dataclass
@dataclass
class ICModelParams(ModelBaseParams):
    """What both kinds of networks have."""

    n_classes: int = field(
        default=5, metadata=pai_meta(mode="ignore", help="Number of classes, set from the training images")
    )
    image_size: int = field(
        default=96, metadata={**pai_meta(help="Side of the square images"), "range": Range(minimum=8)}
    )
    dense: List[int] = field(
        default_factory=lambda: [128],
        metadata={**pai_meta(help="Size of each dense layer before the classes"), "range": Range(minimum=1)},
    )
    dropout: float = field(
        default=0.3, metadata={**pai_meta(help="Share of the features that a step leaves out"), "range": Range(0, 0.9)}
    )

    @staticmethod
    def cls() -> Type["ICModel"]:
        from examples.imageclassification.model import ICModel

        return ICModel


@pai_dataclass(alt="Convolutions")
@dataclass
class ConvolutionsModelParams(ICModelParams):
    """A network that is trained from scratch: convolutions with pooling, then dense layers."""

    conv_filters: List[int] = field(
        default_factory=lambda: [16, 32, 64],
        metadata={**pai_meta(help="Number of filters of each convolution"), "range": Range(minimum=1)},
    )

    def graph_cls(self) -> Type["ConvolutionsGraph"]:
        from examples.imageclassification.graphs.convolutions import ConvolutionsGraph

        return ConvolutionsGraph


@pai_dataclass(alt="Transfer")
@dataclass
class TransferModelParams(ICModelParams):
    """EfficientNet-Lite0, pretrained on ImageNet, with new layers for the classes."""

    image_size: int = field(
        default=224, metadata={**pai_meta(help="Side of the square images"), "range": Range(minimum=32)}
    )
    dense: List[int] = field(
        default_factory=list,
        metadata={**pai_meta(help="Size of each dense layer before the classes"), "range": Range(minimum=1)},
    )
    pretrained: bool = field(
        default=True,
        metadata=pai_meta(help="Begin with the weights of ImageNet, unless --warmstart.model names others"),
    )
    frozen: bool = field(
        default=True,
        metadata=pai_meta(help="Train the new layers only, unless --trainer.no_train_scope says something else"),
    )

    def graph_cls(self) -> Type["TransferGraph"]:
        from examples.imageclassification.graphs.transfer import TransferGraph

        return TransferGraph


@pai_dataclass
@dataclass
class ICScenarioParams(ScenarioBaseParams[ICDataParams, ICModelParams]):
    """The scenario is made of these data and one of these models."""

    model: ICModelParams = field(
        default_factory=ConvolutionsModelParams,
        metadata=pai_meta(
            mode="flat", choices=[ConvolutionsModelParams, TransferModelParams], help="Parameters of the model"
        ),
    )

    def __post_init__(self) -> None:
        self.data.image_size = self.model.image_size
        if self.data.classes:
            self.model.n_classes = len(self.data.classes)


@pai_dataclass
@dataclass
class ICTrainerPipelineParams(TrainerPipelineParamsBase[ICGeneratorParams, ICGeneratorParams]):
    """One data set serves training and validation, so its flags are written once: ``--train_val.dataset``."""

    train_val: ICGeneratorParams = field(
        default_factory=ICGeneratorParams,
        metadata=pai_meta(mode="flat", help="The images of training and validation"),
    )

    def train_gen(self) -> ICGeneratorParams:
        return self.train_val

    def val_gen(self) -> Optional[ICGeneratorParams]:
        return self.train_val
