# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""tfaip: a framework for deep-learning research on TensorFlow and Keras 3.

Importing this package does not import TensorFlow; ``tfaip.imports`` does. Its names are imported when the first of them
is used: programs that need none of them start at once.
"""

import importlib
from typing import TYPE_CHECKING, Any, Dict, Optional

from tfaip.params.paijson import check_class_names
from tfaip.version import __version__

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    """Return a name of this package, or one of the modules that are imported with them."""
    if not name.startswith("__"):
        names = importlib.import_module("tfaip.publicnames")
        if name in __all__:
            return getattr(names, name)
        if name in globals():
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
