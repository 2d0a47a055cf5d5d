# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``--trainer.lr_find``: which learning rate to begin with."""

import os
from contextlib import closing
from typing import TYPE_CHECKING

from tfaip.trainer.finder.curve import LossCurve
from tfaip.trainer.finder.ramp import RampParams
from tfaip.trainer.finder.svgplot import svg_of
from tfaip.trainer.finder.trial import losses_of_updates, taken_back
from tfaip.trainer.scheduler.composed_params import ChainedParams
from tfaip.util.errors import UserValueError
from tfaip.util.file.atomic import write_text_atomically
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams
    from tfaip.trainer.trainer import Trainer

log = logger(__name__)

FILENAME = "lr_find.svg"


def ramp_of(params: "TrainerParams") -> RampParams:
    """Return the schedule of the search.

    Raises:
        UserValueError: The range is empty.
    """
    if params.lr_find_max <= params.lr_find_min:
        raise UserValueError(
            "There is no learning rate to try.",
            where="trainer.lr_find_max",
            expected=f"more than trainer.lr_find_min ({params.lr_find_min})",
            got=str(params.lr_find_max),
        )
    return RampParams(
        lr=params.lr_find_min,
        last=params.lr_find_max,
        updates=params.lr_find_steps,
        step_function=False,
        steps_per_epoch=1,
        epochs=params.lr_find_steps,
    )


def find_learning_rate(trainer: "Trainer") -> LossCurve:
    """Train with growing learning rates until the loss diverges, take all back, tell the result and draw it.

    Args:
        trainer: The trainer, whose optimizer has the schedule of :func:`ramp_of`.

    Returns:
        The loss by the learning rate.
    """
    params, model = trainer.params, trainer.scenario.keras_train_model
    ramp, curve = ramp_of(params), LossCurve()
    training = params.gen.train_data(trainer.data)
    pipeline = training.to_mode(training.mode)
    losses = losses_of_updates(model, pipeline, params.train_accum_steps, params.lr_find_steps)
    with taken_back(model), closing(losses):  # type: ignore[type-var]
        for update, loss in enumerate(losses):
            if not curve.add(ramp.rate(update), loss):
                break
    _tell(curve, params)
    return curve


def _tell(curve: LossCurve, params: "TrainerParams") -> None:
    suggestion = curve.suggestion()
    if not curve.rates:
        log.warning("The loss of the first batch is no number: no learning rate can be found.")
        return
    filename = os.path.join(params.output_dir or os.curdir, FILENAME)
    os.makedirs(os.path.dirname(os.path.abspath(filename)), exist_ok=True)
    write_text_atomically(filename, svg_of(curve))
    log.info("Tried %d learning rates up to %.3g; the picture is %s", len(curve.rates), curve.rates[-1], filename)
    if suggestion is None:
        log.warning("The loss did not fall: there is no suggestion. Try more steps: --trainer.lr_find_steps 300")
    else:
        log.info("The loss falls fastest with: %s %.2g", _flag_of_rate(params), suggestion)


def _flag_of_rate(params: "TrainerParams") -> str:
    # the lr of a chain is a factor of the rates of its parts
    return "--learning_rate.parts.0.lr" if isinstance(params.learning_rate, ChainedParams) else "--learning_rate.lr"
