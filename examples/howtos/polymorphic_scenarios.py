# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to write several scenarios that have most in common: a generic base with narrower types in each of them.

Both scenarios read digits and share the network up to its last layer. One tells which digit it is, the other whether it
is even. What they share is written once, with a type variable for what differs; a variable with the name of one of the
framework (``TModelParams``, ``TScenarioParams``) takes its place.

tfaip-train examples.howtos.polymorphic_scenarios:WhichDigitScenario
tfaip-train examples.howtos.polymorphic_scenarios:EvenDigitScenario --model.hidden 32
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Dict, Generic, List, Optional, Tuple, TypeVar

import keras
import tensorflow as tf
from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.params import TutorialDataParams, TutorialTrainerPipelineParams
from tfaip import ModelBaseParams, ScenarioBaseParams, TrainerParams
from tfaip.model.graphbase import GraphBase
from tfaip.model.modelbase import ModelBase
from tfaip.params.ranges import Range
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]


# ---------------------------------------------------------------- what both share
@pai_dataclass
@dataclass
class DigitModelParams(ModelBaseParams):
    """What the networks of all scenarios have."""

    hidden: int = field(default=64, metadata={**pai_meta(help="Size of the hidden layer"), "range": Range(minimum=1)})


TModelParams = TypeVar("TModelParams", bound=DigitModelParams)


@pai_dataclass
@dataclass
class DigitScenarioParams(ScenarioBaseParams[TutorialDataParams, TModelParams], Generic[TModelParams], ABC):
    """The data are those of the minimal tutorial, the model is chosen by each scenario."""


TScenarioParams = TypeVar("TScenarioParams", bound=DigitScenarioParams)


class DigitGraph(GraphBase[TModelParams], Generic[TModelParams], ABC):
    """One hidden layer; :meth:`outputs` is what differs."""

    def __init__(self, params: TModelParams, name: str = "digit", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.flatten = keras.layers.Flatten()
        self.hidden = keras.layers.Dense(params.hidden, activation="relu", name="hidden")

    def build_graph(self, inputs: Tensors, training: Optional[bool] = None) -> Tensors:
        return self.outputs(self.hidden(self.flatten(tf.cast(inputs["img"], tf.float32) / 255)))

    @abstractmethod
    def outputs(self, features: AnyTensor) -> Tensors:
        raise NotImplementedError


class DigitModel(ModelBase[TModelParams], Generic[TModelParams], ABC):
    """Cross entropy and the share of right answers; :meth:`target` and :meth:`loss_fn` are what differs."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.accuracy = keras.metrics.Accuracy(name="acc")
        self.cross_entropy = self.loss_fn()

    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        return {"ce": self.cross_entropy(self.target(targets), outputs["logits"])}

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> List[AnyTensor]:
        return [self.accuracy(self.target(targets), outputs["class"])]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "max", "acc"

    @abstractmethod
    def target(self, targets: Tensors) -> AnyTensor:
        raise NotImplementedError

    @abstractmethod
    def loss_fn(self) -> keras.losses.Loss:
        raise NotImplementedError


class DigitScenarioBase(ScenarioBase[TScenarioParams, TutorialTrainerPipelineParams], Generic[TScenarioParams], ABC):
    """What is set for all scenarios. It is none itself: names with ``ScenarioBase`` are not offered."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 5
        return params


# ---------------------------------------------------------------- which digit is it?
@pai_dataclass
@dataclass
class WhichDigitModelParams(DigitModelParams):
    """Has nothing of its own."""

    @staticmethod
    def cls():
        return WhichDigitModel

    def graph_cls(self):
        return WhichDigitGraph


class WhichDigitGraph(DigitGraph[WhichDigitModelParams]):
    """Ten classes."""

    def __init__(self, params: WhichDigitModelParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.logits = keras.layers.Dense(10, name="logits")

    def outputs(self, features: AnyTensor) -> Tensors:
        logits = self.logits(features)
        return {"logits": logits, "class": tf.argmax(logits, axis=-1)}


class WhichDigitModel(DigitModel[WhichDigitModelParams]):
    """The digit itself."""

    def target(self, targets: Tensors) -> AnyTensor:
        return targets["gt"]

    def loss_fn(self) -> keras.losses.Loss:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pai_dataclass
@dataclass
class WhichDigitScenarioParams(DigitScenarioParams[WhichDigitModelParams]):
    """The scenario with this model."""


class WhichDigitScenario(DigitScenarioBase[WhichDigitScenarioParams]):
    """Tell which digit it is."""


# ---------------------------------------------------------------- is it even?
@pai_dataclass
@dataclass
class EvenDigitModelParams(DigitModelParams):
    """Has one parameter more."""

    threshold: float = field(
        default=0.5,
        metadata={
            **pai_meta(help="How sure to be before a digit is called even"),
            "range": Range(minimum=0, maximum=1),
        },
    )

    @staticmethod
    def cls():
        return EvenDigitModel

    def graph_cls(self):
        return EvenDigitGraph


class EvenDigitGraph(DigitGraph[EvenDigitModelParams]):
    """A single probability."""

    def __init__(self, params: EvenDigitModelParams, **kwargs: Any):
        super().__init__(params, **kwargs)
        self.logits = keras.layers.Dense(1, name="logits")

    def outputs(self, features: AnyTensor) -> Tensors:
        logits = self.logits(features)
        return {"logits": logits, "class": tf.cast(tf.sigmoid(logits) > self.params.threshold, tf.int32)}


class EvenDigitModel(DigitModel[EvenDigitModelParams]):
    """1 for even digits."""

    def target(self, targets: Tensors) -> AnyTensor:
        return 1 - tf.cast(targets["gt"], tf.int32) % 2

    def loss_fn(self) -> keras.losses.Loss:
        return keras.losses.BinaryCrossentropy(from_logits=True)


@pai_dataclass
@dataclass
class EvenDigitScenarioParams(DigitScenarioParams[EvenDigitModelParams]):
    """The scenario with this model."""


class EvenDigitScenario(DigitScenarioBase[EvenDigitScenarioParams]):
    """Tell whether a digit is even."""
