# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to give model and graph what only the data know: static parameters.

A codec (here: the names of the classes) belongs to the data, which may load it from a file. The size of the last layer
depends on it, and the model prints with it. Neither is a parameter: they are further arguments of ``__init__``, and the
scenario says where they come from.

tfaip-train examples.howtos.static_parameters --data.names zero one two three four five six seven eight nine
"""

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional

import keras
import tensorflow as tf
from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.data import TutorialData
from examples.tutorial.min.model import TutorialModel
from examples.tutorial.min.params import TutorialDataParams, TutorialTrainerPipelineParams
from tfaip import ModelBaseParams, Sample, ScenarioBaseParams
from tfaip.data.data import DataBase
from tfaip.model.graphbase import GraphBase
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.tftyping import AnyTensor


class Codec:
    """Names of classes.

    Args:
        names: The name of each class.
    """

    def __init__(self, names: List[str]):
        self.names = names

    def __len__(self) -> int:
        return len(self.names)

    def decode(self, index: int) -> str:
        return self.names[index]


@pai_dataclass
@dataclass
class NamedDataParams(TutorialDataParams):
    """Data whose classes have names."""

    names: List[str] = field(
        default_factory=lambda: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        metadata=pai_meta(help="Names of the classes"),
    )

    @staticmethod
    def cls():
        return NamedData


class NamedData(TutorialData):
    """Owns the codec, which could be loaded from a resource."""

    @classmethod
    def params_cls(cls):
        return NamedDataParams

    def __init__(self, params: NamedDataParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.codec = Codec(params.names)


@pai_dataclass
@dataclass
class NamedModelParams(ModelBaseParams):
    """There is no number of classes: it follows from the codec."""

    @staticmethod
    def cls():
        return NamedModel

    def graph_cls(self):
        return NamedGraph


class NamedModel(TutorialModel):
    """Prints names instead of numbers.

    Args:
        codec: Names of the classes.
    """

    def __init__(self, *args: Any, codec: Codec, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.codec = codec

    def _print_evaluate(self, sample: Sample, data: DataBase, print_fn: Callable[[str], None] = print) -> None:
        print_fn(f"{self.codec.decode(sample.outputs['class'])} for {self.codec.decode(sample.targets['gt'][0])}")


class NamedGraph(GraphBase[NamedModelParams]):
    """One dense layer with an output for each name.

    Args:
        n_classes: How many there are.
    """

    def __init__(self, params: NamedModelParams, n_classes: int, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.flatten = keras.layers.Flatten(name="flatten")
        self.logits = keras.layers.Dense(n_classes, name="classify")

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        logits = self.logits(self.flatten(tf.cast(inputs["img"], tf.float32) / 255))
        return {"logits": logits, "pred": tf.nn.softmax(logits), "class": tf.argmax(logits, axis=-1)}


@pai_dataclass
@dataclass
class NamedScenarioParams(ScenarioBaseParams[NamedDataParams, NamedModelParams]):
    """The scenario with these data and this model."""


class NamedScenario(ScenarioBase[NamedScenarioParams, TutorialTrainerPipelineParams]):
    """Tell digits apart and name them."""

    @classmethod
    def additional_model_kwargs(cls, data: NamedData, scenario_params: NamedScenarioParams) -> Dict[str, Any]:
        return {"codec": data.codec}

    @classmethod
    def additional_graph_kwargs(cls, data: NamedData, scenario_params: NamedScenarioParams) -> Dict[str, Any]:
        return {"n_classes": len(data.codec)}
