# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A small training in which everything draws random numbers: data, layers of all kinds, a callback."""

import json
import os
import random
from dataclasses import dataclass
from typing import Any, Optional

import keras
import numpy as np
import tensorflow as tf
from paiargparse import pai_dataclass

from benchmarks.killing.values import VALUES_FILENAME
from tfaip import (
    DataBaseParams,
    DataGeneratorParams,
    ModelBaseParams,
    Sample,
    ScenarioBaseParams,
    TrainerParams,
    TrainerPipelineParams,
)
from tfaip.data.data import DataBase
from tfaip.data.pipeline.datagenerator import DataGenerator
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.model.graphbase import GraphBase
from tfaip.model.modelbase import ModelBase
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.trainer import Trainer

SIZE = 8
EPOCHS = 4


@pai_dataclass
@dataclass
class KillGeneratorParams(DataGeneratorParams):
    """Parameters of the generator."""

    n: int = 50

    @staticmethod
    def cls() -> type:
        """Return the generator."""
        return KillGenerator


class KillGenerator(DataGenerator[KillGeneratorParams]):
    """Numbers, and whether their sum is positive."""

    def __len__(self) -> int:
        return self.params.n

    def generate(self) -> Any:
        """Yield the samples, the same in each pass."""
        rng = np.random.default_rng(1)
        for _ in range(self.params.n):
            x = rng.normal(size=[SIZE]).astype("float32")
            yield Sample(inputs=x, targets=int(x.sum() > 0))


@pai_dataclass
@dataclass
class NoiseParams(DataProcessorParams):
    """Parameters of the processor."""

    @staticmethod
    def cls() -> type:
        """Return the processor."""
        return Noise


class Noise(MappingDataProcessor[NoiseParams]):
    """Adds other noise in each pass."""

    def apply(self, sample: Sample) -> Sample:
        """Return the sample with noise."""
        x = sample.inputs + self.rng.normal(scale=0.1, size=[SIZE]) + 0.1 * random.random()
        sample = sample.new_inputs({"x": x.astype("float32")})
        return sample.new_targets({"gt": np.asarray([sample.targets], dtype="int32")})


@pai_dataclass
@dataclass
class KillDataParams(DataBaseParams):
    """Parameters of the data."""

    @staticmethod
    def cls() -> type:
        """Return the data."""
        return KillData


class KillData(DataBase[KillDataParams]):
    """The data."""

    @classmethod
    def default_params(cls) -> KillDataParams:
        """Return the parameters with the processor."""
        params = super().default_params()
        params.pre_proc = SequentialProcessorPipelineParams(run_parallel=False, processors=[NoiseParams()])
        return params

    def _input_layer_specs(self) -> Any:
        return {"x": tf.TensorSpec([SIZE], dtype="float32")}

    def _target_layer_specs(self) -> Any:
        return {"gt": tf.TensorSpec([1], dtype="int32")}


@pai_dataclass
@dataclass
class KillModelParams(ModelBaseParams):
    """Parameters of the model."""

    @staticmethod
    def cls() -> type:
        """Return the model."""
        return KillModel

    def graph_cls(self) -> type:
        """Return the graph."""
        return KillGraph


class KillGraph(GraphBase[KillModelParams]):
    """Random numbers of Dropout, of Keras with and without a seed, and of TensorFlow."""

    def __init__(self, params: KillModelParams, name: str = "graph", **kwargs: Any):
        super().__init__(params, name=name, **kwargs)
        self.hidden = keras.layers.Dense(16, activation="relu")
        self.norm = keras.layers.BatchNormalization()
        self.dropout = keras.layers.Dropout(0.3)
        self.logits = keras.layers.Dense(2)
        self.seeds = keras.random.SeedGenerator(4)
        self.generator = tf.random.Generator.from_seed(5)

    def build_graph(self, inputs: Any, training: Optional[bool] = None) -> Any:
        """Return the logits."""
        x = inputs["x"]
        if training:
            x += 0.01 * keras.random.normal(tf.shape(x), seed=self.seeds)
            x += 0.01 * keras.random.normal(tf.shape(x))
            x += 0.01 * self.generator.normal(tf.shape(x))
        x = self.dropout(self.norm(self.hidden(x), training=training), training=training)
        logits = self.logits(x)
        return {"logits": logits, "class": tf.argmax(logits, axis=-1)}


class KillModel(ModelBase[KillModelParams]):
    """A classifier."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.ce = keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="ce")
        self.acc = keras.metrics.Accuracy(name="acc")

    def _loss(self, inputs: Any, targets: Any, outputs: Any) -> Any:
        return {"ce": self.ce(targets["gt"], outputs["logits"])}

    def _metric(self, inputs: Any, targets: Any, outputs: Any) -> Any:
        return [self.acc(targets["gt"], outputs["class"])]

    def _best_logging_settings(self) -> Any:
        return "min", "ce"


@pai_dataclass
@dataclass
class KillScenarioParams(ScenarioBaseParams[KillDataParams, KillModelParams]):
    """Parameters of the scenario."""


@pai_dataclass
@dataclass
class KillPipelineParams(TrainerPipelineParams[KillGeneratorParams, KillGeneratorParams]):
    """Parameters of its data."""


class Values(keras.callbacks.Callback):
    """Writes the exact values of each epoch to a file, and adds up random numbers of its own."""

    supports_steps_per_call = True

    def __init__(self, output_dir: str):
        super().__init__()
        self.path = os.path.join(output_dir, VALUES_FILENAME)
        self.rng = np.random.default_rng(6)
        self.sum = np.zeros(2)

    def get_state(self) -> Any:
        """Return the sum and the state of the random numbers."""
        return {"sum": self.sum, "rng": self.rng.bit_generator.state}

    def set_state(self, state: Any) -> None:
        """Go on with a state."""
        self.sum, self.rng.bit_generator.state = state["sum"], state["rng"]

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the values."""
        self.sum = self.sum + self.rng.random(2)
        values = {name: float(value).hex() for name, value in sorted((logs or {}).items())}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"epoch": epoch, "sum": [float(x).hex() for x in self.sum], **values}) + "\n")


@pai_dataclass
@dataclass
class KillTrainerParams(TrainerParams[KillScenarioParams, KillPipelineParams]):
    """Parameters of the training."""


class KillTrainer(Trainer[KillTrainerParams]):
    """The trainer, with the callback."""

    def setup_callbacks(self, optimizer: Any, callbacks: Any = None) -> Any:
        """Add the callback."""
        return super().setup_callbacks(optimizer, [*(callbacks or []), Values(self.params.output_dir)])


class KillScenario(ScenarioBase[KillScenarioParams, KillPipelineParams]):
    """The scenario."""

    @classmethod
    def default_trainer_params(cls) -> Any:
        """Return the parameters of a short training that writes a checkpoint after each third step."""
        params = super().default_trainer_params()
        params.epochs = EPOCHS
        params.random_seed = 1
        params.progress_bar_mode = 0
        params.skip_model_load_test = True
        params.checkpoint_save_freq = "3 steps"
        params.early_stopping.n_to_go = EPOCHS
        params.gen.train.n = 50
        params.gen.val.n = 12
        params.gen.setup.train.batch_size = params.gen.setup.val.batch_size = 4
        params.gen.setup.train.shuffle_buffer_size = 9
        params.scenario.print_eval_limit = 0
        return params

    @classmethod
    def trainer_cls(cls) -> type:
        """Return the trainer."""
        return KillTrainer
