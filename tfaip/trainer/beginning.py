# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How a training begins: the optimizer, the data, and the weights that it starts with."""

from typing import TYPE_CHECKING, Optional

import keras

from tfaip.trainer.checkpoint.generation import read_generation
from tfaip.trainer.checkpoint.variables import VariablesMismatch
from tfaip.trainer.determinism import warn_of_unknown_random_states
from tfaip.trainer.finder.learningrate import ramp_of
from tfaip.trainer.optimizersetup import create_optimizer, decay_rule, updates_per_epoch
from tfaip.trainer.resume.changes import Resumption
from tfaip.trainer.resume.continuation import go_on_at
from tfaip.trainer.resume.fit import explain_mismatch
from tfaip.trainer.state import reset_state
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer

log = logger(__name__)


def setup_training(
    trainer: "Trainer", steps_per_epoch: int, resumption: Optional[Resumption]
) -> keras.optimizers.Optimizer:
    """Create the optimizer with its schedule, preload the data if asked for, and build the training model.

    Args:
        trainer: Its data and model are set up.
        steps_per_epoch: The number of batches of an epoch.
        resumption: Where the run goes on.
    """
    params, scenario = trainer.params, trainer.scenario
    updates = updates_per_epoch(steps_per_epoch, params.train_accum_steps)
    # with no epoch the model is only exported
    params.learning_rate.epochs = max(1, params.epochs)
    params.learning_rate.steps_per_epoch = updates
    start = resumption.schedule_start(updates) if resumption else (0, 0)
    scales_loss = params.precision is not None and params.precision.needs_loss_scale
    learning_rate = ramp_of(params) if params.lr_find else params.learning_rate
    optimizer = create_optimizer(params.optimizer, learning_rate, start, scales_loss)
    params.gen.train_data(trainer.data)
    params.gen.val_data(trainer.data)
    if params.preload_data:
        trainer.data.preload(progress_bar=params.preload_data_progress_bar)
    scenario.setup_training(
        optimizer,
        skip_model_load_test=params.skip_model_load_test,
        run_eagerly=params.force_eager,
        no_train_scope=params.no_train_scope,
        jit_compile=params.jit_compile and not params.force_eager,
    )
    model = scenario.keras_train_model
    model.schedule_start = start
    warn_of_unknown_random_states(params, model.stateful_random_operations)
    optimizer.build(model.trainable_variables)
    model.setup_updates(params.train_accum_steps, decay_rule(params.ema_decay, updates))
    return optimizer


def restore_or_warmstart(trainer: "Trainer", resumption: Optional[Resumption]) -> None:
    """Read the state of a run that goes on, or the weights of ``warmstart.model``, if there is either.

    Raises:
        UserError: They do not fit the model.
    """
    if resumption is not None:
        _restore(trainer, resumption)
        return
    params, scenario = trainer.params, trainer.scenario
    if trainer.restore:
        log.warning("%s holds no checkpoint yet: the training starts at its beginning.", params.output_dir)
        reset_state(params)
    if params.warmstart.model:
        trainer.create_warmstarter().warmstart(scenario.keras_predict_model)
        scenario.keras_train_model.updates.restart_average()


def _restore(trainer: "Trainer", resumption: Resumption) -> None:
    params, state = trainer.params, resumption.state
    try:
        read_generation(trainer.scenario.keras_train_model, resumption.folder)
    except VariablesMismatch as mismatch:
        raise explain_mismatch(mismatch, resumption, params) from mismatch
    params.current_epoch = resumption.epoch
    go_on_at(state, trainer.scenario, trainer.data)
    within = f" and {state.step} steps" if state.step else ""
    log.info("Continue after epoch %d%s with the checkpoint %s", params.current_epoch, within, resumption.folder)
