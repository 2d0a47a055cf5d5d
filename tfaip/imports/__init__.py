# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Everything that a scenario needs, in one import; imports TensorFlow."""

from tfaip import *  # noqa: F403
from tfaip import __all__ as _params
from tfaip.data.data import DataBase
from tfaip.evaluator.evaluator import EvaluatorBase
from tfaip.lav.lav import LAV
from tfaip.lav.multilav import MultiLAV
from tfaip.model.graphbase import GraphBase
from tfaip.model.modelbase import ModelBase
from tfaip.predict.multimodelpredictor import MultiModelPredictor, MultiModelVoter
from tfaip.predict.predictor import Predictor
from tfaip.scenario.listfile.listfilescenario import ListFileScenario
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.trainer import Trainer
from tfaip.trainer.warmstart.warmstarter import WarmStarter

__all__ = [
    *_params,
    "LAV",
    "DataBase",
    "EvaluatorBase",
    "GraphBase",
    "ListFileScenario",
    "ModelBase",
    "MultiLAV",
    "MultiModelPredictor",
    "MultiModelVoter",
    "Predictor",
    "ScenarioBase",
    "Trainer",
    "WarmStarter",
]
