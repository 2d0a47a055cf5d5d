# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What ``import tfaip`` offers, all of it imported at once: :mod:`tfaip` does so when the first of it is used."""

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
from tfaip.predict.params import PredictorParams
from tfaip.scenario.scenariobaseparams import ScenarioBaseParams
from tfaip.trainer.params import TrainerParams, TrainerPipelineParams, TrainerPipelineParamsBase
from tfaip.trainer.scheduler import LearningRateParams
from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.trust import trust_package

__all__ = [
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
    "trust_package",
]
