# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameters of a training for the page of hyper-parameters in TensorBoard."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Dict, Iterator, Tuple, Union

from tfaip.params.codec import params_to_dict
from tfaip.params.diff import diff_params

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

HParam = Union[bool, int, float, str]

CLASS_KEY = "__cls__"
# below these all are shown, of the others what differs from the defaults
GROUPS = ("optimizer", "learning_rate", "scenario.model")
SINGLE = (
    "epochs",
    "samples_per_epoch",
    "train_accum_steps",
    "ema_decay",
    "random_seed",
    "gen.setup.train.batch_size",
)
# what is kept of a run has no effect on it
RECORD = "record."
DERIVED = ("learning_rate.epochs", "learning_rate.steps_per_epoch", "export_best", "output_dir")


def hparams(params: "TrainerParams", defaults: "TrainerParams") -> Dict[str, HParam]:
    """Return the parameters by which trainings are compared: numbers, truth values, and texts.

    Args:
        params: The parameters of the training.
        defaults: The default parameters of the scenario.
    """
    tree = params_to_dict(params)
    wanted = {change.path for change in diff_params(params_to_dict(defaults), tree)}
    return {
        _short(path): _plain(path, value)
        for path, value in _leaves(tree, "")
        if path not in DERIVED
        and not path.startswith(RECORD)
        and (path in SINGLE or path in wanted or _is_below(path))
        and value is not None
    }


def _is_below(path: str) -> bool:
    return any(path.startswith(f"{group}.") for group in GROUPS)


def _leaves(value: Any, path: str) -> Iterator[Tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from _leaves(child, f"{path}.{name}" if path else name)
    else:
        yield path, value


def _short(path: str) -> str:
    return path.removesuffix(f".{CLASS_KEY}").removeprefix("scenario.").replace("gen.setup.", "")


def _plain(path: str, value: Any) -> HParam:
    if path.endswith(CLASS_KEY):
        return str(value).rpartition(":")[2].rpartition(".")[2]
    return value if isinstance(value, (bool, int, float, str)) else json.dumps(value)
