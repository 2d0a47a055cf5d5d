# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to keep state in the parameters: a hidden parameter that is set right before its class is made.

The graph subtracts the mean of the training images. It is known only when the data are there, so no user can give it:
the field is hidden (``mode="ignore"``), and the scenario sets it when it creates a trainer. As every parameter, it is
stored with the model, so prediction uses the same number without seeing the training data.

tfaip-train examples.howtos.hidden_parameters
"""

import itertools
from dataclasses import dataclass, field
from typing import Dict, Optional

import numpy as np
import tensorflow as tf
from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.graphs import TutorialGraph
from examples.tutorial.min.params import TutorialDataParams, TutorialModelParams, TutorialTrainerPipelineParams
from tfaip import PipelineMode, ScenarioBaseParams, TrainerParams
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.trainer import Trainer
from tfaip.util.tftyping import AnyTensor

N_IMAGES = 500


@pai_dataclass
@dataclass
class CentredModelParams(TutorialModelParams):
    """A model that knows the mean of its training images."""

    mean: Optional[float] = field(default=None, metadata=pai_meta(mode="ignore", help="Mean of the training images"))

    def graph_cls(self):
        return CentredGraph


class CentredGraph(TutorialGraph):
    """The graph of the minimal tutorial on centred images."""

    def build_graph(self, inputs: Dict[str, AnyTensor], training: Optional[bool] = None) -> Dict[str, AnyTensor]:
        return super().build_graph({"img": tf.cast(inputs["img"], tf.float32) - self._params.mean}, training=training)


@pai_dataclass
@dataclass
class CentredScenarioParams(ScenarioBaseParams[TutorialDataParams, CentredModelParams]):
    """The scenario with this model."""


class CentredScenario(ScenarioBase[CentredScenarioParams, TutorialTrainerPipelineParams]):
    """Tell centred digits apart."""

    @classmethod
    def create_trainer(cls, trainer_params: TrainerParams, restore: bool = False) -> Trainer:
        model = trainer_params.scenario.model
        if model.mean is None:  # a resumed training has it already
            samples = trainer_params.gen.train_gen().create(PipelineMode.TRAINING).generate()
            model.mean = float(np.mean([sample.inputs["img"] for sample in itertools.islice(samples, N_IMAGES)]))
        return super().create_trainer(trainer_params, restore)
