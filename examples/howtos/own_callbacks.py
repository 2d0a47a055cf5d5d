# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How to run code of your own during a training, with flags: a callback, and a trainer that creates it.

The callback ends a training after so many minutes, those before it was killed and resumed included. For a single run in
Python, ``trainer.train(callbacks=[TimeBudget(30)])`` does without a trainer of your own.

tfaip-train examples.howtos.own_callbacks --trainer.max_minutes 30
"""

from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Dict, List, Optional, Type

import keras
from paiargparse import pai_dataclass, pai_meta

from examples.tutorial.min.params import TutorialScenarioParams, TutorialTrainerPipelineParams
from tfaip import TrainerParams
from tfaip.params.ranges import Range
from tfaip.scenario.scenariobase import ScenarioBase
from tfaip.trainer.trainer import Trainer
from tfaip.util.logging import logger

log = logger(__name__)


class TimeBudget(keras.callbacks.Callback):
    """Ends the training with the epoch in which the time is up.

    Args:
        minutes: How long the training may take.
    """

    def __init__(self, minutes: float):
        super().__init__()
        self.seconds_left = 60 * minutes
        self.since = 0.0

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        self.since = monotonic()

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        now = monotonic()
        self.seconds_left -= now - self.since
        self.since = now
        if self.seconds_left <= 0:
            log.info("The time is up after epoch %d.", epoch + 1)
            self.model.stop_training = True

    # The state becomes part of each checkpoint, and is given back when the run is resumed.
    def get_state(self) -> float:
        return self.seconds_left

    def set_state(self, state: float) -> None:
        self.seconds_left = state


@pai_dataclass
@dataclass
class TimedTrainerParams(TrainerParams[TutorialScenarioParams, TutorialTrainerPipelineParams]):
    """The parameters of each training, and one more."""

    max_minutes: Optional[float] = field(
        default=None, metadata={**pai_meta(help="End the training after so many minutes"), "range": Range(above=0)}
    )


class TimedTrainer(Trainer[TimedTrainerParams]):
    """Adds the callback."""

    def setup_callbacks(
        self, optimizer: keras.optimizers.Optimizer, callbacks: Optional[List[keras.callbacks.Callback]] = None
    ) -> List[keras.callbacks.Callback]:
        own = [] if self.params.max_minutes is None else [TimeBudget(self.params.max_minutes)]
        return super().setup_callbacks(optimizer, [*(callbacks or []), *own])


class TimedScenario(ScenarioBase[TutorialScenarioParams, TutorialTrainerPipelineParams]):
    """The minimal tutorial with this trainer."""

    @classmethod
    def trainer_cls(cls) -> Type[TimedTrainer]:
        return TimedTrainer
