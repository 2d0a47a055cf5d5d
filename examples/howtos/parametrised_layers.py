# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to let the user put the network together: a list of layers, each of which has parameters of its own.

The parameters of a layer name its class, as those of data and models do. A field with ``choices`` offers them on the
command line; a list of them is a network.

tfaip-train examples.howtos.parametrised_layers --model.layers Conv Pool Dense --model.layers.0.filters 8
"""

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Type

import keras
import tensorflow as tf
from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.params import TutorialDataParams, TutorialModelParams, TutorialTrainerPipelineParams
from tfaip import ScenarioBaseParams
from tfaip.model.graphbase import GraphBase
from tfaip.model.layerbase import LayerBase, LayerBaseParams
from tfaip.params.ranges import Range
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.tftyping import AnyTensor


@pai_dataclass
@dataclass
class BlockParams(LayerBaseParams):
    """Base of all choices."""

    @staticmethod
    @abstractmethod
    def cls() -> Type["LayerBase"]:
        raise NotImplementedError


@pai_dataclass(alt="Conv")
@dataclass
class ConvParams(BlockParams):
    """A convolution: ``--model.layers Conv``."""

    filters: int = field(default=16, metadata={**pai_meta(help="Number of filters"), "range": Range(minimum=1)})
    kernel: int = field(default=3, metadata={**pai_meta(help="Height and width"), "range": Range(minimum=1)})

    @staticmethod
    def cls() -> Type["Conv"]:
        return Conv


@pai_dataclass(alt="Pool")
@dataclass
class PoolParams(BlockParams):
    """Halves height and width."""

    @staticmethod
    def cls() -> Type["Pool"]:
        return Pool


@pai_dataclass(alt="Dense")
@dataclass
class DenseParams(BlockParams):
    """A dense layer on all that is left of the image."""

    nodes: int = field(default=64, metadata={**pai_meta(help="Number of nodes"), "range": Range(minimum=1)})

    @staticmethod
    def cls() -> Type["Dense"]:
        return Dense


class Conv(LayerBase[ConvParams]):
    """A convolution that keeps height and width."""

    def __init__(self, params: ConvParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.conv = keras.layers.Conv2D(params.filters, params.kernel, padding="same", activation="relu")

    def call(self, x: AnyTensor) -> AnyTensor:
        return self.conv(x)


class Pool(LayerBase[PoolParams]):
    """The greatest of four pixels."""

    def __init__(self, params: PoolParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.pool = keras.layers.MaxPool2D()

    def call(self, x: AnyTensor) -> AnyTensor:
        return self.pool(x)


class Dense(LayerBase[DenseParams]):
    """Makes a vector of the image if it is none yet."""

    def __init__(self, params: DenseParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.flatten = keras.layers.Flatten()
        self.dense = keras.layers.Dense(params.nodes, activation="relu")

    def call(self, x: AnyTensor) -> AnyTensor:
        return self.dense(self.flatten(x))


@pai_dataclass
@dataclass
class BlocksModelParams(TutorialModelParams):
    """The model of the minimal tutorial with any layers."""

    layers: List[BlockParams] = field(
        default_factory=lambda: [ConvParams(), PoolParams(), DenseParams()],
        metadata=pai_meta(choices=[ConvParams, PoolParams, DenseParams], help="The layers before the last one"),
    )

    def graph_cls(self):
        return BlocksGraph


class BlocksGraph(GraphBase[BlocksModelParams]):
    """Creates the layers of the parameters and calls one after the other."""

    def __init__(self, params: BlocksModelParams, name: str = "blocks", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.blocks = [layer.create(name=f"block_{index}") for index, layer in enumerate(params.layers)]
        self.flatten = keras.layers.Flatten()
        self.logits = keras.layers.Dense(params.n_classes, name="logits")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        x = tf.cast(inputs["img"], tf.float32)[..., None] / 255
        for block in self.blocks:
            x = block(x)
        logits = self.logits(self.flatten(x))
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": tf.argmax(logits, axis=-1)}


@pai_dataclass
@dataclass
class BlocksScenarioParams(ScenarioBaseParams[TutorialDataParams, BlocksModelParams]):
    """The scenario with this model."""


class BlocksScenario(ScenarioBase[BlocksScenarioParams, TutorialTrainerPipelineParams]):
    """Tell digits apart, with the layers that the user wants."""
