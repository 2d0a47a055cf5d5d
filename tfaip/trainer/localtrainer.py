# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The trainer of scenarios that define none."""

import functools
from dataclasses import dataclass
from typing import Any, Type

from tfaip.trainer.params import TrainerParams
from tfaip.trainer.trainer import Trainer


@functools.cache
def trainer_cls_for(scenario_params_cls: Any, pipeline_params_cls: Any) -> Type[Trainer]:
    """Return the trainer class of a scenario that defines none: the same class for the same parameter classes."""

    @dataclass
    class LocalTrainerParams(TrainerParams[scenario_params_cls, pipeline_params_cls]):
        __doc__ = TrainerParams.__doc__

    # saved files name the class by its module; the scenario_id beside it tells the concrete types
    LocalTrainerParams.__module__ = TrainerParams.__module__
    LocalTrainerParams.__name__ = TrainerParams.__name__
    LocalTrainerParams.__qualname__ = TrainerParams.__qualname__

    class LocalTrainer(Trainer[LocalTrainerParams]):
        pass

    return LocalTrainer
