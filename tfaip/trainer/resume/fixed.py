# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameters of a run that cannot be changed when it is resumed."""

import dataclasses
import operator
import os
from typing import Any, List, Sequence

from tfaip.params.cli.errors import Mistake, ParameterErrors
from tfaip.params.cli.kept import KeptParameter
from tfaip.params.diff import Difference
from tfaip.params.diff.compare import CLASS_KEY
from tfaip.params.diff.table import show

# the name of the parameters of the training
ROOT = "trainer"
_WHEN = "when a run is resumed"
NEW_TRAINING = "tfaip-train-from-params {run} --trainer.output_dir NEW_DIR starts a new training with it."


@dataclasses.dataclass(frozen=True)
class FixedField:
    """A parameter that a run keeps.

    Attributes:
        path: Its tree path below the parameters of the training; that of a class ends with ``__cls__``, ``.*`` means
            all that is below.
        reason: Why: the end of a sentence.
        hint: What to do instead; ``{run}`` is the run.
    """

    path: str
    reason: str
    hint: str = NEW_TRAINING


_COUNTED = "it counts what the training has done"
_NAMED = "the files of the run are found by this name"
_EARLIER = "tfaip-resume-training {run}/checkpoint/epoch_NNNN goes on from an earlier checkpoint that is still there."

FIXED_FIELDS: Sequence[FixedField] = (
    FixedField(
        "output_dir",
        "the run lies in its directory",
        "copy the directory and resume the copy, or start a new training with tfaip-train-from-params.",
    ),
    FixedField("current_epoch", _COUNTED, _EARLIER),
    FixedField("saved_checkpoint_sub_dir", "it names the newest checkpoint", _EARLIER),
    FixedField("checkpoint_sub_dir", "the checkpoints of the run are found by it"),
    FixedField("no_train_scope", "the checkpoint holds the state of the optimizer for the layers that are trained"),
    FixedField("random_seed", "the state of the random numbers comes from the checkpoint"),
    FixedField("early_stopping.current", "it is the best value so far, and the best model belongs to it"),
    FixedField("early_stopping.n", _COUNTED, "set early_stopping.n_to_go to be more patient."),
    FixedField("early_stopping.mode", "it comes from the model", "change _best_logging_settings of the model."),
    FixedField("early_stopping.monitor", "it comes from the model", "change _best_logging_settings of the model."),
    FixedField("learning_rate.epochs", "it is computed", "set trainer.epochs."),
    FixedField("learning_rate.steps_per_epoch", "it is computed", "set trainer.samples_per_epoch or train.batch_size."),
    FixedField(f"scenario.{CLASS_KEY}", "the checkpoint holds the variables of this scenario"),
    FixedField("scenario.scenario_id", "the checkpoint holds the variables of this scenario"),
    FixedField("scenario.trainer_params_filename", _NAMED),
    FixedField("scenario.scenario_params_filename", _NAMED),
    FixedField("scenario.net_config_filename", _NAMED),
    FixedField("scenario.default_serve_dir", _NAMED),
    FixedField("scenario.additional_serve_dir", _NAMED),
    FixedField(f"optimizer.{CLASS_KEY}", "the checkpoint holds the state of this optimizer"),
    FixedField("warmstart.*", "the weights of a resumed run come from its checkpoint"),
)


def check_fixed(changes: Sequence[Difference], run: str) -> None:
    """Refuse changes that a resumed run cannot have, but which follow from others that the parser lets pass.

    Args:
        changes: What differs between the stored parameters (first) and the given ones, state and origin included.
        run: The run as the user called it, for messages.

    Raises:
        ParameterErrors: All of them, each with the reason and what to do instead.
    """
    kept = kept_parameters(run)
    pairs = [
        (change, next((rule for rule in kept if rule.matches(f"{ROOT}.{change.path}")), None)) for change in changes
    ]
    mistakes = [_mistake(rule, change) for change, rule in pairs if rule is not None]
    if mistakes:
        raise ParameterErrors(mistakes)


def kept_parameters(run: str) -> List[KeptParameter]:
    """Return the parameters of the table for a parser that has the stored parameters as defaults.

    Args:
        run: The run as the user called it, for messages.
    """
    return [
        KeptParameter(
            f"{ROOT}.{field.path}",
            f"{_WHEN}: {field.reason}",
            field.hint.format(run=run),
            is_same_path if field.path == "output_dir" else operator.eq,
        )
        for field in FIXED_FIELDS
    ]


def is_same_path(stored: Any, given: Any) -> bool:
    """Tell whether two names mean the same file or directory."""
    return bool(stored == given) or (bool(stored and given) and os.path.abspath(stored) == os.path.abspath(given))


def _mistake(rule: KeptParameter, change: Difference) -> Mistake:
    path = change.path.removesuffix(f".{CLASS_KEY}")
    expected, got = show(change.a, change.path), show(change.b, change.path)
    return Mistake(f"{ROOT}.{path} cannot be changed {rule.reason}.", expected=expected, got=got, hint=rule.hint)
