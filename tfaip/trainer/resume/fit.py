# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether the graph and the optimizer of the given parameters take up the state that a checkpoint holds."""

import os
from typing import TYPE_CHECKING, Any, List, Optional

import keras

from tfaip.device.precision import Precision
from tfaip.params.codec import params_from_dict, params_to_dict
from tfaip.params.diff.compare import CLASS_KEY
from tfaip.trainer.checkpoint.variables import VariablesMismatch
from tfaip.trainer.resume.changes import Resumption, describe
from tfaip.util.classref import class_reference
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.trainer.optimizer import OptimizerParams
    from tfaip.trainer.params import TrainerParams

_SHOWN = 5


def check_optimizer(resumption: Resumption, params: "TrainerParams") -> None:
    """Refuse an optimizer that cannot take up the state in the checkpoint.

    Raises:
        UserError: It is of another class, or keeps other values for each variable.
    """
    changes = [change for change in resumption.changes if change.path.startswith("optimizer.")]
    stored = (resumption.stored or {}).get("optimizer")
    if not changes or not isinstance(stored, dict):
        return
    given = params.optimizer
    if stored.get(CLASS_KEY, class_reference(type(given))) != class_reference(type(given)):
        raise UserError(
            "The optimizer cannot be changed when a run is resumed: the checkpoint holds the state of another one.",
            where="trainer.optimizer",
            expected=str(stored[CLASS_KEY]),
            got=class_reference(type(given)),
            hint=_what_to_do(params),
        )
    before, after = _state_of(params_from_dict(type(given), stored, path="optimizer")), _state_of(given)
    if before != after:
        raise UserError(
            "The optimizer keeps another state than the checkpoint holds.",
            where="; ".join(map(describe, changes)),
            expected=f"for each variable: {', '.join(before) or 'nothing'}",
            got=", ".join(after) or "nothing",
            hint=_what_to_do(params),
        )


def check_updates(resumption: Resumption, params: "TrainerParams") -> None:
    """Refuse parameters of the updates of the weights that do not fit what the checkpoint holds.

    Raises:
        UserError: Other layers are trained, the average of the weights or the scaling of the loss is switched on or
            off, or the number of batches of an update is changed within an epoch.
    """
    stored = resumption.stored or {}
    scope, decay = stored.get("no_train_scope"), stored.get("ema_decay", 0.0)
    accum_steps = stored.get("train_accum_steps", 1)
    if (scope or None) != (params.no_train_scope or None):
        raise _refusal("no_train_scope", "the optimizer's state is that of the trained layers", scope, params)
    if bool(decay) != bool(params.ema_decay):
        raise _refusal("ema_decay", "the average of the weights begins with the training", decay, params)
    if _scales_loss(stored.get("precision")) != _scales_loss(params.precision):
        reason = "the optimizer's state has the scale of the loss with float16 only"
        raise _refusal("precision", reason, stored.get("precision"), params)
    if accum_steps != params.train_accum_steps and resumption.state.step > 0:
        raise _refusal("train_accum_steps", "this checkpoint is one within an epoch", accum_steps, params)


def _scales_loss(precision: Optional[str]) -> bool:
    return precision is not None and Precision(precision).needs_loss_scale


def _refusal(name: str, reason: str, stored: Any, params: "TrainerParams") -> UserError:
    return UserError(
        f"trainer.{name} cannot be changed when this run is resumed: {reason}.",
        where=f"trainer.{name}",
        expected=repr(stored),
        got=repr(params_to_dict(params)[name]),
        hint=_what_to_do(params),
    )


def _state_of(params: "OptimizerParams") -> List[str]:
    """Return the names of what an optimizer keeps for a variable, found out with a small one."""
    optimizer_cls, kwargs = params.create()
    optimizer = optimizer_cls(**{**kwargs, "learning_rate": 0.0})
    own = {id(variable) for variable in optimizer.variables}
    optimizer.build([keras.Variable([0.0], name="v")])
    return [variable.name.removeprefix("v_") for variable in optimizer.variables if id(variable) not in own]


def explain_mismatch(mismatch: VariablesMismatch, resumption: Resumption, params: "TrainerParams") -> UserError:
    """Return the message for a graph whose variables are not those of the checkpoint: it names what was changed."""
    # those of the optimizer follow from those of the model
    problems = [problem for problem in mismatch.problems if problem.startswith("model/")] or mismatch.problems
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    variables = "; ".join(problems[:_SHOWN]) + more
    changes = [change for change in resumption.changes if change.path.startswith(("scenario.", "optimizer."))]
    if not changes:
        return UserError(
            "The checkpoint does not belong to this model, although no parameter of the model was changed.",
            where=resumption.folder,
            expected="the variables of the checkpoint",
            got=variables,
            hint="resume with the code of the scenario that the run was started with.",
        )
    return UserError(
        "The changed parameters make another graph: its variables are not those of the checkpoint.",
        where="; ".join(map(describe, changes)),
        expected=f"the variables in {resumption.folder}",
        got=variables,
        hint=_what_to_do(params),
    )


def _what_to_do(params: "TrainerParams") -> str:
    run = params.output_dir
    best_dir = params.early_stopping.best_model_output_dir or run or ""
    model = os.path.join(best_dir, params.early_stopping.best_model_name, params.scenario.default_serve_dir)
    warmstart = f" --warmstart.model {model}" if os.path.isdir(model) else ""
    return (
        f"undo the change, or start a new training with it: "
        f"tfaip-train-from-params {run} --trainer.output_dir NEW_DIR{warmstart}"
    )
