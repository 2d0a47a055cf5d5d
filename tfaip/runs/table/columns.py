# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The columns of a table of runs: what is known of each run, its last values, and its parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from tfaip.runs.reading.summary import RunSummary
from tfaip.runs.table.text import show_any, show_duration, show_number, show_share, show_time
from tfaip.util.errors import UserError, did_you_mean

ParamsOf = Callable[[RunSummary], Dict[str, Any]]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: Its name.
        get: Returns the value of a run, None if it has none.
        show: Returns a value as a text for people.
        is_number: Whether its values are numbers.
        is_time: Whether these are times.
    """

    name: str
    get: Callable[[RunSummary], Any]
    show: Callable[[Any], str] = show_any
    is_number: bool = False
    is_time: bool = False


def _time(name: str, get: Callable[[RunSummary], float]) -> Column:
    return Column(name, lambda run: get(run) or None, show_time, is_number=True, is_time=True)


def _number(name: str, get: Callable[[RunSummary], Optional[float]]) -> Column:
    return Column(name, get, is_number=True)


_OWN = [
    Column("run", lambda run: run.label),
    Column("path", lambda run: run.path),
    Column("id", lambda run: run.id or None),
    Column("name", lambda run: run.name),
    Column("scenario", lambda run: run.scenario or None),
    Column("state", lambda run: run.state.value),
    Column("phase", lambda run: run.phase or None),
    _number("epoch", lambda run: run.epoch),
    _number("epochs", lambda run: run.epochs or None),
    _number("step", lambda run: run.global_step),
    Column("progress", lambda run: run.progress, show_share, is_number=True),
    Column("left", lambda run: run.eta_s if run.is_active else None, show_duration, is_number=True),
    Column("metric", lambda run: run.primary.name if run.primary else None),
    Column("best", lambda run: run.best_or_last, show_number, is_number=True),
    _number("best_epoch", lambda run: run.best.epoch if run.best else None),
    _time("created", lambda run: run.created),
    _time("started", lambda run: run.started),
    _time("updated", lambda run: run.updated),
    _number("sessions", lambda run: run.sessions),
    Column("host", lambda run: run.host or None),
    Column("tags", lambda run: run.tags or None),
    Column("note", lambda run: run.note or None),
    Column("error", lambda run: run.error.message if run.error else None),
]
OWN_COLUMNS = {column.name: column for column in _OWN}


class Columns:
    """Finds the columns that names mean.

    Args:
        runs: The runs.
        params_of: Returns the parameters of a run by their tree path; called only if a name may mean one.
    """

    def __init__(self, runs: Sequence[RunSummary], params_of: ParamsOf):
        self._runs = runs
        self._params_of = params_of
        self._params: Dict[str, Dict[str, Any]] = {}
        self._values = list(dict.fromkeys(name for run in runs for name in run.last))

    def find(self, name: str) -> Column:
        """Return the column of a name: of what is known of each run, of a value, or of a parameter.

        A parameter may be named by the end of its path, if that is the end of no other.

        Raises:
            UserError: It means none, or several.
        """
        if name in OWN_COLUMNS:
            return OWN_COLUMNS[name]
        if name in self._values:
            return Column(name, lambda run: run.last.get(name), show_number, is_number=True)
        path = self._parameter(name)
        return Column(name, lambda run: self._params_of_run(run).get(path))

    def _parameter(self, name: str) -> str:
        paths = list(dict.fromkeys(path for run in self._runs for path in self._params_of_run(run)))
        if name in paths:
            return name
        found = [path for path in paths if path.endswith(f".{name.removeprefix('trainer.')}")]
        found = found or [path for path in paths if path == name.removeprefix("trainer.")]
        if len(found) == 1:
            return found[0]
        if found:
            raise UserError(f"Several parameters end with {name}.", expected="one of them", got=", ".join(found[:12]))
        ends = [path.rpartition(".")[2] for path in paths]
        known = [*OWN_COLUMNS, *self._values, *paths, *ends]
        raise UserError(
            f"There is no column {name}.",
            expected=f"{', '.join([*OWN_COLUMNS, *self._values])}, or the path of a parameter",
            hint=did_you_mean(name, dict.fromkeys(known)),
        )

    def _params_of_run(self, run: RunSummary) -> Dict[str, Any]:
        if run.path not in self._params:
            self._params[run.path] = self._params_of(run)
        return self._params[run.path]

    def defaults(self) -> List[Column]:
        """Return the columns that are shown if none are named: those that tell anything about these runs."""
        names = ["run", "state", "epoch", "epochs", "progress", "left", "metric", "best"]
        names += [name for name in ("loss", "val_loss") if name in self._values]
        names += ["started"]
        names += ["host"] * (len({run.host for run in self._runs if run.host}) > 1)
        names += [name for name in ("tags", "note") if any(OWN_COLUMNS[name].get(run) for run in self._runs)]
        if not any(run.is_active for run in self._runs):
            names.remove("left")
        return [self.find(name) for name in names]
