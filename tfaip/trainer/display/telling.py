# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a training tells before and after its epochs, on its view and in the log."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Iterable, Tuple

from tfaip.params.codec import params_to_dict
from tfaip.params.diff import diff_params
from tfaip.params.diff.table import show, to_json
from tfaip.trainer.display.facts import describe_end, describe_run, end_facts, run_facts
from tfaip.trainer.display.modeltable import format_layers, layer_table
from tfaip.trainer.display.view import View
from tfaip.util.logging import SHOWN, logger

if TYPE_CHECKING:
    from tfaip.trainer.trainer import Trainer

log = logger(__name__)

# set by the trainer if nobody does
DERIVED = ("export_best",)


def tell_run(trainer: "Trainer", view: View) -> None:
    """Tell what is trained where, and which parameters differ from the defaults of the scenario.

    Args:
        trainer: The trainer; nothing has been derived of its parameters yet.
        view: Where to show it.
    """
    facts = run_facts(trainer)
    rows = describe_run(facts)
    view.facts(facts, rows)
    _log(view, _lines(rows))
    defaults = params_to_dict(type(trainer.scenario).default_trainer_params())
    changes = [change for change in diff_params(defaults, params_to_dict(trainer.params)) if change.path not in DERIVED]
    lines = [
        f"trainer.{change.path}: {show(change.a, change.path)} → {show(change.b, change.path)}" for change in changes
    ]
    view.differences(to_json(changes), lines)
    _log(view, [f"Not the default: {line}" for line in lines])


def tell_model(trainer: "Trainer", view: View) -> None:
    """Tell the layers of the model."""
    layers = layer_table(trainer.scenario.keras_train_model)
    lines = format_layers(layers)
    view.model(layers, lines)
    _log(view, lines)


def tell_end(trainer: "Trainer", view: View) -> None:
    """Tell where the best and the last model are, and how to go on."""
    facts = end_facts(trainer)
    rows = describe_end(facts)
    view.end(facts, rows)
    _log(view, _lines(rows))


def _lines(rows: Iterable[Tuple[str, str]]) -> Sequence[str]:
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    return [f"{name:<{width}}  {content}" for name, content in rows]


def _log(view: View, lines: Sequence[str]) -> None:
    for line in lines:
        log.info("%s", line, extra={SHOWN: view.replaces_log})
