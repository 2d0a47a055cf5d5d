# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether a sweep file still describes the sweep that was begun with it."""

import json
from typing import Any, Dict, List

from tfaip.experiments.sweeps.space import Choices
from tfaip.experiments.sweeps.spec import Method, Sweep, SweepParameter
from tfaip.util.errors import UserError

TRIALS = "trials"
_NOTHING = "nothing"


def plan_of(sweep: Sweep) -> Dict[str, Any]:
    """Return what the trials of a sweep depend on, in the form of JSON."""
    plan: Dict[str, Any] = {
        "scenario": sweep.scenario,
        "method": sweep.method.value,
        TRIALS: sweep.trials,
        "seed": sweep.seed,
        "shuffled": "seed" in sweep.lines,
        "metric": sweep.metric,
        "mode": sweep.mode,
        "summary": sweep.summary,
        "arguments": {str(key): entry.plain() for key, entry in sweep.arguments.items()},
        # a list: the order counts
        "parameters": [{"name": parameter.name, **_space(parameter)} for parameter in sweep.parameters],
    }
    if sweep.method is Method.OPTUNA:
        plan["sampler"], plan["pruner"] = list(sweep.sampler), list(sweep.pruner)
    content: Dict[str, Any] = json.loads(json.dumps(plan, default=str))
    return content


def check_unchanged(before: Dict[str, Any], now: Dict[str, Any], path: str, folder: str) -> None:
    """Check that a sweep is the one that was begun, or has more trials.

    Args:
        before: What it was.
        now: What it is.
        path: Its file, for the message.
        folder: The folder of the sweep, for the message.

    Raises:
        UserError: It is another one; tells the differences.
    """
    differences = _differences(before, now)
    if differences:
        raise UserError(
            "The sweep file was changed since its sweep was begun; only trials can be added.",
            where=f"{path}, {folder}",
            got="\n".join(differences),
            hint="Undo the changes, or give another output_dir.",
        )


def _differences(before: Dict[str, Any], now: Dict[str, Any]) -> List[str]:
    flat = [_flat({key: value for key, value in plan.items() if key != TRIALS}) for plan in (before, now)]
    names = dict.fromkeys([*flat[0], *flat[1]])
    lines = [
        f"{name}: {flat[0].get(name, _NOTHING)} -> {flat[1].get(name, _NOTHING)}"
        for name in names
        if flat[0].get(name, _NOTHING) != flat[1].get(name, _NOTHING)
    ]
    if not lines and flat[0]["order"] != flat[1]["order"]:
        lines.append(f"the order of the parameters: {flat[0]['order']} -> {flat[1]['order']}")
    old, new = before.get(TRIALS), now.get(TRIALS)
    if new is not None and (old is None or new < old):
        lines.append(f"{TRIALS}: {'all' if old is None else old} -> {new}")
    return lines


def _flat(plan: Dict[str, Any]) -> Dict[str, str]:
    """Return the leaves of a plan by their names, as texts."""
    flat = {key: json.dumps(value) for key, value in plan.items() if key not in ("parameters", "arguments")}
    for parameter in plan.get("parameters", []):
        flat[f"parameters.{parameter['name']}"] = json.dumps({k: v for k, v in parameter.items() if k != "name"})
    for key, value in plan.get("arguments", {}).items():
        flat[f"arguments.{key}"] = json.dumps(value)
    flat["order"] = ", ".join(parameter["name"] for parameter in plan.get("parameters", []))
    return flat


def _space(parameter: SweepParameter) -> Dict[str, Any]:
    space = parameter.space
    content: Dict[str, Any]
    if isinstance(space, Choices):
        content = {"values": list(space.values)}
    else:
        content = {name: value for name, value in vars(space).items() if value not in (None, False)}
    return {**content, "when": dict(parameter.when)} if parameter.when else content
