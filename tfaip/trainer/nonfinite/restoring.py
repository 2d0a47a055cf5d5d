# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Going back to the last checkpoint, with a smaller learning rate, in the same process."""

import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional

import numpy as np

from tfaip.data.pipeline.position import Position
from tfaip.trainer.checkpoint.generation import read_generation
from tfaip.trainer.checkpoint.runstate import write_root_state
from tfaip.trainer.checkpoint.variables import training_variables
from tfaip.trainer.loop.loopstate import LoopState
from tfaip.trainer.nonfinite.guard import NonFiniteError
from tfaip.trainer.resume.changes import read_resumption
from tfaip.trainer.resume.continuation import go_on_at
from tfaip.trainer.state import take_state
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer

log = logger(__name__)


class Restoring:
    """Trains, and goes back to the last checkpoint after steps that are not finite.

    Where there is no checkpoint yet, or none is written, the training goes back to where it began.

    Args:
        trainer: The trainer, right before its training begins.
    """

    def __init__(self, trainer: "Trainer"):
        self._trainer = trainer
        self._model = trainer.scenario.keras_train_model
        self._first: Dict[str, np.ndarray] = {
            name: variable.value.numpy() for name, variable in training_variables(self._model).items()
        }
        params = trainer.params
        self._epoch = params.current_epoch
        self._early_stopping = params.early_stopping.current, params.early_stopping.n
        self._state: Optional[LoopState] = getattr(self._model, "loop_state", None)
        self._position: Position = params.gen.train_data(trainer.data).next_start()

    def run(self, fit: Callable[[], Dict[str, Any]]) -> Dict[str, Any]:
        """Train until it succeeds.

        Args:
            fit: Trains the remaining epochs.

        Returns:
            What it returns.

        Raises:
            NonFiniteError: As often as the parameters allow, and once more, it was not finite.
        """
        while True:
            try:
                return fit()
            except NonFiniteError as error:
                self._go_back(error)

    def _go_back(self, error: NonFiniteError) -> None:
        params = self._trainer.params
        if params.non_finite_restores >= params.non_finite_max_restores:
            n = params.non_finite_restores
            raise NonFiniteError(
                f"{error.what} The last checkpoint was restored {n} times already.",
                where=error.where,
                expected=error.expected,
                got=error.got,
                hint=f"{error.hint} --trainer.non_finite_max_restores allows more.",
            ) from error
        place = self._restore()
        params.non_finite_restores += 1
        params.learning_rate.factor *= params.non_finite_lr_factor
        self._model.updates.restart()
        if params.output_dir:
            # a run that is killed now goes on with the smaller rate, too
            write_root_state(params)
        log.warning(
            "%s (%s: %s) The training goes back to %s, with %g times the learning rate of its schedule (%d of %d).",
            error.what,
            error.where,
            (error.got or "").replace("\n", "; "),
            place,
            params.learning_rate.factor,
            params.non_finite_restores,
            params.non_finite_max_restores,
        )

    def _restore(self) -> str:
        trainer, params = self._trainer, self._trainer.params
        resumption = read_resumption(params) if params.output_dir else None
        if resumption is None:
            return self._restore_first()
        read_generation(self._model, resumption.folder)
        if resumption.stored is not None:
            take_state(params, resumption.stored)
        params.current_epoch = resumption.epoch
        go_on_at(resumption.state, trainer.scenario, trainer.data)
        assert params.output_dir is not None
        return os.path.relpath(resumption.folder, params.output_dir)

    def _restore_first(self) -> str:
        trainer, params = self._trainer, self._trainer.params
        for name, variable in training_variables(self._model).items():
            variable.assign(self._first[name])
        params.current_epoch = self._epoch
        params.early_stopping.current, params.early_stopping.n = self._early_stopping
        state = self._state or LoopState(self._epoch, 0, self._position)
        go_on_at(state, trainer.scenario, trainer.data)
        params.gen.train_data(trainer.data).start_at(self._position)
        return "its beginning"
