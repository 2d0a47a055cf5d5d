# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameters of a run that cannot be changed when it is resumed."""

import dataclasses
import os
from typing import Any, List, Mapping, Optional, Sequence

from tfaip.params.cli.arguments import split
from tfaip.params.cli.errors import Mistake, ParameterErrors
from tfaip.params.diff import MISSING, Difference
from tfaip.params.diff.compare import CLASS_KEY, is_same_class
from tfaip.params.diff.table import show

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

    def matches(self, path: str) -> bool:
        """Tell whether a tree path is the parameter."""
        return path.startswith(self.path[:-1]) if self.path.endswith(".*") else path == self.path


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
    """Refuse changes that a resumed run cannot have.

    Args:
        changes: What differs between the stored parameters (first) and the given ones, state and origin included.
        run: The run as the user called it, for messages.

    Raises:
        ParameterErrors: All of them, each with the reason and what to do instead.
    """
    mistakes = []
    for change in changes:
        field = next((field for field in FIXED_FIELDS if field.matches(change.path)), None)
        if field is not None:
            mistakes.append(_mistake(field, change, run))
    if mistakes:
        raise ParameterErrors(mistakes)


def check_fixed_flags(tokens: Sequence[str], stored: Mapping[str, Any], run: str) -> None:
    """Refuse flags of such changes as :func:`check_fixed` does, before the scenario is imported.

    Values that cannot be judged without the classes are left to :func:`check_fixed`.

    Args:
        tokens: The flags of the command line with their values.
        stored: The stored parameters of the training.
        run: The run as the user called it.

    Raises:
        ParameterErrors: The flags that would change a parameter that the run keeps.
    """
    changes: List[Difference] = []
    for assignment in split(tokens)[1]:
        path = assignment.key.removeprefix("trainer.")
        value = _value_at(stored, path)
        if isinstance(value, Mapping):
            path, value = f"{path}.{CLASS_KEY}", value.get(CLASS_KEY, MISSING)
        if len(assignment.values) == 1 and _differs(path, value, assignment.values[0], run):
            changes.append(Difference(path, value, _given(value, assignment.values[0])))
    check_fixed(changes, run)


def _mistake(field: FixedField, change: Difference, run: str) -> Mistake:
    path = change.path.removesuffix(f".{CLASS_KEY}")
    return Mistake(
        f"trainer.{path} cannot be changed when a run is resumed: {field.reason}.",
        expected=show(change.a, change.path),
        got=show(change.b, change.path),
        hint=field.hint.format(run=run),
    )


def _value_at(stored: Mapping[str, Any], path: str) -> Any:
    value: Any = stored
    for name in path.split("."):
        value = value.get(name, MISSING) if isinstance(value, Mapping) else MISSING
    return value


def _differs(path: str, stored: Any, text: str, run: str) -> bool:
    """Tell whether the text of a flag surely means another value than the stored one."""
    if stored is MISSING or isinstance(stored, (list, dict, bool)):
        return False
    if path.endswith(CLASS_KEY):
        return _differs_in_class(stored, text)
    if path == "output_dir":
        return os.path.abspath(text) not in _directories_of(run)
    is_none = text.lower() in ("none", "null")
    if stored is None or is_none:
        return not (stored is None and is_none)
    number = _number(text)
    if isinstance(stored, (int, float)):
        return number is not None and number != stored
    return text != stored


def _given(stored: Any, text: str) -> Any:
    """Return what the text of a flag means, for the message."""
    number = _number(text)
    if number is None or not isinstance(stored, (int, float)):
        return text
    return int(number) if isinstance(stored, int) and number.is_integer() else number


def _differs_in_class(stored: Any, text: str) -> bool:
    # whether there is such a choice is for the parser to say
    return isinstance(stored, str) and not is_same_class(stored, text)


def _directories_of(run: str) -> List[str]:
    """Return the directory that the user named and those above it: the run of a checkpoint is one of them."""
    folder = os.path.abspath(run)
    folders = [folder]
    while os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        folders.append(folder)
    return folders


def _number(text: str) -> Optional[float]:
    try:
        return float(text)
    except ValueError:
        return None
