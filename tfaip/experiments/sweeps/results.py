# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The results of a sweep as a table."""

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from typing import Any, List, Optional

from tfaip.experiments.sweeps.objective import Objective
from tfaip.experiments.sweeps.spec import Mode
from tfaip.experiments.sweeps.trialrecord import TrialRecord, TrialState
from tfaip.util.plaintext import without_controls

MOST_ROWS = 20
_MOST_WIDTH = 40


def ranked(records: Iterable[TrialRecord], mode: Optional[Mode]) -> List[TrialRecord]:
    """Return the trials, the best one first, those without a value last.

    Args:
        records: The trials.
        mode: Which values are better. None: the order is that of the numbers.
    """
    sign = -1.0 if mode is Mode.MAX else 1.0

    def key(record: TrialRecord) -> Any:
        has_value = record.value is not None and record.state is TrialState.FINISHED and mode is not None
        return (not has_value, sign * (record.value or 0.0) if has_value else 0.0, record.number)

    return sorted(records, key=key)


def best_of(records: Iterable[TrialRecord], mode: Optional[Mode]) -> Optional[TrialRecord]:
    """Return the best trial that has finished, None if there is none."""
    finished = [record for record in records if record.state is TrialState.FINISHED and record.value is not None]
    return ranked(finished, mode)[0] if finished and mode is not None else None


def csv_text(records: Iterable[TrialRecord], names: Sequence[str], metric: str, folder: str) -> str:
    """Return all trials in the order of their numbers.

    Args:
        records: The trials.
        names: The names of the parameters.
        metric: The name of the value.
        folder: The output directory of the sweep.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["trial", "state", metric, "epoch", *names, "seconds", "exit_code", "output_dir", "error"])
    for record in sorted(records, key=lambda record: record.number):
        values = [_exact(record.values[name]) if name in record.values else "" for name in names]
        seconds = round(record.ended - record.started, 1) if record.ended and record.started else ""
        folder_of_trial = os.path.join(folder, record.name)
        row = [record.number, record.state.value, record.value, record.epoch, *values, seconds, record.exit_code]
        writer.writerow([*row, folder_of_trial, record.error])
    return text.getvalue()


def table_text(records: Iterable[TrialRecord], names: Sequence[str], objective: Optional[Objective]) -> str:
    """Return the best trials for people.

    Args:
        records: The trials.
        names: The names of the parameters.
        objective: What tells how good a trial is, if that is known.
    """
    rows = ranked(records, objective.mode if objective else None)
    head = ["trial", "state", objective.metric if objective else "value", "epoch", *names]
    lines = [head, *(_row(record, names) for record in rows[:MOST_ROWS])]
    widths = [min(max(len(line[column]) for line in lines), _MOST_WIDTH) for column in range(len(head))]
    text = ["  ".join(_fit(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    more = len(rows) - MOST_ROWS
    return "\n".join([*text, *([f"… and {more} more, see the file of the results"] if more > 0 else [])])


def counts_text(records: Iterable[TrialRecord]) -> str:
    """Return how many trials are in which state."""
    states = [record.state for record in records]
    return ", ".join(f"{states.count(state)} {state.value}" for state in TrialState if state in states) or "no trial"


def _row(record: TrialRecord, names: Sequence[str]) -> List[str]:
    value = "" if record.value is None else f"{record.value:.6g}"
    epoch = "" if record.epoch is None else f"{record.epoch:g}"
    values = [_cell(record.values[name]) if name in record.values else "" for name in names]
    return [str(record.number), record.state.value, value, epoch, *values]


def _exact(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return without_controls(value if isinstance(value, str) else json.dumps(value), line_breaks=False)


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else f"{text[: width - 1]}…"
