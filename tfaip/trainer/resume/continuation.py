# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Letting training loop and data go on where a checkpoint was written."""

from typing import TYPE_CHECKING

from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.position import Position
from tfaip.trainer.loop.loopstate import LoopState

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.scenario.scenariobase import ScenarioBase


def go_on_at(state: LoopState, scenario: "ScenarioBase", data: "DataBase") -> None:
    """Let the next training of the scenario begin where another one was.

    Where the position in the data is not known, the data go on with the pass of the number of finished epochs, in an
    order that was not seen before.

    Args:
        state: Where it was.
        scenario: The scenario, with its training model.
        data: Its data, with a training pipeline.
    """
    scenario.keras_train_model.loop_state = state
    pipeline = data.pipeline_by_mode(PipelineMode.TRAINING)
    assert pipeline is not None
    pipeline.start_at(state.position or Position(pipeline.seed, state.epoch))
