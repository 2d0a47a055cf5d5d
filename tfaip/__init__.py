# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip: a framework for deep-learning research on TensorFlow and Keras 3.

Importing this package does not import TensorFlow; ``tfaip.imports`` does.
"""

from typing import Dict, Optional

from tfaip.data.databaseparams import DataBaseParams, DataGeneratorParams
from tfaip.data.pipeline.definitions import (
    GENERAL_PROCESSOR,
    INPUT_PROCESSOR,
    TARGETS_PROCESSOR,
    PipelineMode,
    Sample,
)
from tfaip.device.device_config import DeviceConfigParams
from tfaip.evaluator.params import EvaluatorParams
from tfaip.lav.params import LAVParams
from tfaip.model.modelbaseparams import ModelBaseParams
from tfaip.params.paijson import check_class_names
from tfaip.predict.params import PredictorParams
from tfaip.scenario.scenariobaseparams import ScenarioBaseParams
from tfaip.trainer.params import TrainerParams, TrainerPipelineParams, TrainerPipelineParamsBase
from tfaip.trainer.scheduler import LearningRateParams
from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.trust import trust_package
from tfaip.version import __version__

# here, so that no class of parameters is read without it
check_class_names()

EXPORT_TENSORFLOW_1: Dict[str, Optional[str]] = {"metric_aggregation": None}

__all__ = [
    "EXPORT_TENSORFLOW_1",
    "GENERAL_PROCESSOR",
    "INPUT_PROCESSOR",
    "TARGETS_PROCESSOR",
    "DataBaseParams",
    "DataGeneratorParams",
    "DeviceConfigParams",
    "EvaluatorParams",
    "LAVParams",
    "LearningRateParams",
    "ModelBaseParams",
    "PipelineMode",
    "PredictorParams",
    "Sample",
    "ScenarioBaseParams",
    "TrainerParams",
    "TrainerPipelineParams",
    "TrainerPipelineParamsBase",
    "WarmStartParams",
    "__version__",
    "trust_package",
]
