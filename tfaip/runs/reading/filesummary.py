# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The summary of a run without a record, from its parameters and TensorBoard's files."""

import math
import os
from typing import Any, Dict, List, Optional

from tfaip.runs.format.metrics import Level, Values
from tfaip.runs.format.names import full_name
from tfaip.runs.format.run import Primary
from tfaip.runs.format.status import BestValue
from tfaip.runs.format.values import Fields
from tfaip.runs.reading.discovery import LOG_FILENAME, PARAMS_FILENAME
from tfaip.runs.reading.eventruns import event_files, read_events
from tfaip.runs.reading.params import read_params
from tfaip.runs.reading.summary import RunSummary, ShownState, Source

# early stopping has not seen any value
_NO_VALUE = 1e90


def summary_of_files(path: str) -> RunSummary:
    """Return the summary of a run without a record.

    Args:
        path: Its directory.
    """
    path = os.path.abspath(path)
    summary = RunSummary(path, source=Source.FILES, name=os.path.basename(path), created=_created(path))
    summary.updated = _updated(path) or summary.created
    _add_values(summary, read_events(path))
    tree = read_params(path)
    if tree is not None:
        _add_params(summary, tree)
    return summary


def _add_params(summary: RunSummary, tree: Dict[str, Any]) -> None:
    fields = Fields(tree)
    scenario, stopping = fields.child("scenario"), fields.child("early_stopping")
    summary.scenario = scenario.text("scenario_id") if scenario else ""
    summary.epochs = fields.integer("epochs") or 0
    summary.epoch = max(summary.epoch, fields.integer("current_epoch") or 0)
    if summary.epochs > 0:
        summary.progress = min(1.0, summary.epoch / summary.epochs)
        if summary.epoch >= summary.epochs:
            summary.state = ShownState.FINISHED
    if stopping and stopping.text("monitor"):
        _add_primary(summary, stopping)


def _add_primary(summary: RunSummary, stopping: Fields) -> None:
    # such as val_acc/mean_epoch, whose name in the logs is val_acc
    name = stopping.text("monitor")
    name = next((known for known in (name, name.rpartition("/")[0]) if known in summary.last), name)
    summary.primary = Primary(name, "max" if stopping.text("mode") == "max" else "min")
    value = stopping.number("current")
    if value is not None and math.isfinite(value) and abs(value) < _NO_VALUE:
        summary.best = BestValue(name, value)


def _add_values(summary: RunSummary, values: List[Values]) -> None:
    for entry in values:
        if entry.level == Level.EPOCH:
            summary.epoch = max(summary.epoch, int(entry.epoch))
        summary.global_step = max(summary.global_step, entry.step if entry.level == Level.STEP else 0)
        summary.last.update({full_name(entry.split, name): value for name, value in entry.m.items()})
    times = [entry.t for entry in values if entry.t > 0]
    if times:
        summary.created = min(times)


def _created(path: str) -> float:
    times = [_time(os.path.join(path, name)) for name in ("config.yaml", PARAMS_FILENAME, LOG_FILENAME)]
    return min((time for time in times if time is not None), default=_time(path) or 0.0)


def _updated(path: str) -> float:
    times = [_time(os.path.join(path, name)) for name in (PARAMS_FILENAME, LOG_FILENAME)]
    times += [file.time_ns / 1e9 for file in event_files(path)]
    return max((time for time in times if time is not None), default=0.0)


def _time(path: str) -> Optional[float]:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return None
