# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The results of the experiments of a sheet, as a table."""

import math
import os
import time
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Union

from tfaip.experiments.sheet.rows import Experiment, Sheet
from tfaip.runs.format.names import RUN_FILENAME, STATUS_FILENAME
from tfaip.runs.reading.discovery import Found, is_run
from tfaip.runs.reading.finding import summary_now
from tfaip.runs.reading.summary import RunSummary
from tfaip.util.errors import UserError
from tfaip.util.logging import NoResultsError, ParseLogFile

Value = Union[str, float, int, None]
Row = List[Value]

ID = "ID"
STATE = "state"
EPOCH = "epoch"


@dataclass
class Results:
    """A table.

    Attributes:
        title: Its name, with the time.
        rows: The head and the experiments.
    """

    title: str
    rows: List[Row] = field(default_factory=list)


@dataclass
class _Result:
    metrics: Dict[str, Value] = field(default_factory=dict)
    state: str = ""
    epoch: Optional[int] = None


def collect_results(sheet: Sheet, now: Optional[float] = None) -> Results:
    """Return the values of the last epoch of each experiment.

    Args:
        sheet: The sheet.
        now: The time, for the title.

    Raises:
        UserError: No experiment has an output directory.
    """
    if not any(experiment.output_dir for experiment in sheet.experiments):
        raise UserError(
            "The sheet does not tell where the results are.",
            where=sheet.path,
            expected="a parameter output_dir in the group trainer, with a directory for each experiment",
        )
    active = {experiment.output_dir for experiment in sheet.experiments if not experiment.skip}
    found = [_result_of(row, row.skip and row.output_dir in active) for row in sheet.experiments]
    paths = [parameter.path for parameter in sheet.parameters]
    names = list(dict.fromkeys(name for result in found for name in result.metrics))
    results = Results(f"results {time.strftime('%d-%b-%Y (%H-%M-%S)', time.localtime(now))}")
    results.rows.append([ID, *paths, *names, EPOCH, STATE])
    for experiment, result in zip(sheet.experiments, found, strict=True):
        given = [experiment.values.get(path, "") for path in paths]
        values = [result.metrics.get(name) for name in names]
        results.rows.append([_plain(experiment.id), *map(_plain, given), *values, result.epoch, result.state])
    return results


def _result_of(experiment: Experiment, is_of_another: object) -> _Result:
    path = experiment.output_dir
    if is_of_another:
        return _Result(state="skipped")
    if path is None or not os.path.isdir(path):
        return _Result(state="not started")
    if not is_run(path):
        return _Result(_of_log(path), "unknown")
    summary = summary_now(Found(os.path.abspath(path), path, _has_record(path)))
    return _Result(_metrics(summary) or _of_log(path), str(summary.state), summary.epoch or None)


def _has_record(path: str) -> bool:
    return any(os.path.exists(os.path.join(path, name)) for name in (RUN_FILENAME, STATUS_FILENAME))


def _metrics(summary: RunSummary) -> Dict[str, Value]:
    return {name: _rounded(value) for name, value in summary.last.items()}


def _of_log(path: str) -> Dict[str, Value]:
    """Return the values that the log of a run tells last, which a run of tfaip 1.2 has, too."""
    try:
        metrics = ParseLogFile(path).get_metrics()
    except (NoResultsError, UserError, OSError):
        return {}
    return {name: _plain(text) for name, text in metrics.items()}


def _plain(text: str) -> Value:
    """Return the number that a text is, or the text."""
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        # 007 and 1_000 are names
        return _number(value) if text == str(value) or (kind is float and "_" not in text) else text
    return text or None


def _rounded(value: float) -> Value:
    """Return a value without the digits that single precision does not have."""
    if not math.isfinite(value) or value == round(value):
        return _number(value)
    return float(f"{value:.7g}")


def _number(value: Union[int, float]) -> Value:
    # a cell cannot hold them
    return str(value) if not math.isfinite(value) else value
