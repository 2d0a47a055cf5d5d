# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to train on samples that have several inputs, each of another length: padding, masks, and buckets.

Which of two digits is greater? Each image is cut to the columns that have ink, so that both inputs of a sample, and
those of different samples, differ in their length. An axis of any length is ``None`` in the specification; a batch is
padded to its longest sample, input by input. The graph has to know what is padding: here columns of -1. Buckets put
samples of similar length into a batch.

tfaip-train examples.howtos.several_inputs --train.bucket_boundaries 24 30 36
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

import keras
import numpy as np
import tensorflow as tf
from paiargparse import pai_dataclass, pai_meta

from examples.datasets.mnist import load_mnist
from tfaip import (
    DataBaseParams,
    DataGeneratorParams,
    ModelBaseParams,
    PipelineMode,
    Sample,
    ScenarioBaseParams,
    TrainerPipelineParams,
)
from tfaip.data.data import DataBase
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.model.graphbase import GraphBase
from tfaip.model.modelbase import ModelBase
from tfaip.params.ranges import Range
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.util.tftyping import AnyTensor

Tensors = Dict[str, AnyTensor]
HEIGHT = 28
PADDING = -1.0


@pai_dataclass
@dataclass
class PairsParams(DataGeneratorParams):
    """Pairs of digits."""

    n: int = field(default=20000, metadata={**pai_meta(help="Number of pairs"), "range": Range(minimum=1)})

    @staticmethod
    def cls():
        return Pairs


class Pairs(DataGenerator[PairsParams]):
    """Yields two images of different digits and whether the first is the greater one."""

    def __init__(self, mode: PipelineMode, params: PairsParams):
        super().__init__(mode=mode, params=params)
        data = load_mnist()
        self.training = mode == PipelineMode.TRAINING
        self.images, self.classes = (data.x_train, data.y_train) if self.training else (data.x_test, data.y_test)

    def __len__(self) -> int:
        return self.params.n

    def generate(self) -> Iterable[Sample]:
        # in training other pairs in each epoch, otherwise always the same
        rng = self.rng if self.training else np.random.default_rng(0)
        for _ in range(self.params.n):
            first, second = rng.integers(len(self.images), size=2)
            while self.classes[first] == self.classes[second]:
                second = rng.integers(len(self.images))
            yield Sample(
                inputs={"left": columns(self.images[first]), "right": columns(self.images[second])},
                targets={"gt": np.asarray([self.classes[first] > self.classes[second]], "int32")},
            )


def columns(image: np.ndarray) -> np.ndarray:
    """Return the columns of an image that have ink, as ``float32`` of shape [columns, 28]."""
    ink = np.flatnonzero(image.max(axis=0))
    return image[:, ink[0] : ink[-1] + 1].T.astype("float32") / 255


@pai_dataclass
@dataclass
class PairDataParams(DataBaseParams):
    """Nothing of its own."""

    @staticmethod
    def cls():
        return PairData


class PairData(DataBase[PairDataParams]):
    """Two inputs, each of any length."""

    def _input_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"left": tf.TensorSpec([None, HEIGHT], "float32"), "right": tf.TensorSpec([None, HEIGHT], "float32")}

    def _target_layer_specs(self) -> Dict[str, tf.TensorSpec]:
        return {"gt": tf.TensorSpec([1], "int32")}

    def _padding_values(self) -> Dict[str, float]:
        return {"left": PADDING, "right": PADDING}

    def element_length_fn(self) -> Callable[[Dict[str, Any]], Any]:
        return lambda inputs: keras.ops.shape(inputs["left"])[0] + keras.ops.shape(inputs["right"])[0]


@pai_dataclass
@dataclass
class CompareModelParams(ModelBaseParams):
    """Parameters of the network."""

    units: int = field(default=32, metadata={**pai_meta(help="Size of the LSTM"), "range": Range(minimum=1)})

    @staticmethod
    def cls():
        return CompareModel

    def graph_cls(self):
        return CompareGraph


class CompareGraph(GraphBase[CompareModelParams]):
    """Reads both images column by column with the same LSTM, and compares what it has read."""

    def __init__(self, params: CompareModelParams, name: str = "compare", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.read = keras.layers.LSTM(params.units, name="read")
        self.value = keras.layers.Dense(1, use_bias=False, name="value")

    def build_graph(self, inputs: Tensors, training: Optional[bool] = None) -> Tensors:
        left, right = (self._value(inputs[name], training) for name in ("left", "right"))
        logits = left - right
        return {"logits": logits, "left_is_greater": tf.sigmoid(logits)}

    def _value(self, x: AnyTensor, training: Optional[bool]) -> AnyTensor:
        mask = tf.reduce_any(x != PADDING, axis=-1)  # the LSTM leaves out the columns where it is False
        return self.value(self.read(x, mask=mask, training=training))


class CompareModel(ModelBase[CompareModelParams]):
    """Cross entropy and the share of right answers."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
        self.accuracy = keras.metrics.BinaryAccuracy(name="acc")

    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        return {"ce": self.cross_entropy(targets["gt"], outputs["logits"])}

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> List[AnyTensor]:
        return [self.accuracy(targets["gt"], outputs["left_is_greater"])]

    def _best_logging_settings(self) -> Tuple[str, str]:
        return "max", "acc"


@pai_dataclass
@dataclass
class CompareScenarioParams(ScenarioBaseParams[PairDataParams, CompareModelParams]):
    """The scenario with these data and this model."""


@pai_dataclass
@dataclass
class CompareTrainerPipelineParams(TrainerPipelineParams[PairsParams, PairsParams]):
    """Training and validation may have different numbers of pairs: ``--train.n``, ``--val.n``."""


class CompareScenario(ScenarioBase[CompareScenarioParams, CompareTrainerPipelineParams]):
    """Tell which of two digits is greater."""
