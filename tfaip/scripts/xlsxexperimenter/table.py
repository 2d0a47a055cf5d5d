# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The jobs as a table in the terminal that is drawn again and again."""

import time
from collections.abc import Sequence
from typing import List, Optional

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tfaip.experiments.scheduler.task import Task
from tfaip.runs.format.status import State
from tfaip.scripts.xlsxexperimenter.progress import duration, progress_of
from tfaip.scripts.xlsxexperimenter.view import View, ending
from tfaip.util.plaintext import without_controls

REFRESH_SECONDS = 1.0
_STYLES = {
    State.QUEUED: "dim",
    State.RUNNING: "bold",
    State.FINISHED: "green",
    State.FAILED: "red",
    State.STOPPED: "yellow",
}
# if there are more jobs than lines, those of the first states are shown
_URGENT = (State.RUNNING, State.FAILED, State.STOPPED, State.QUEUED, State.FINISHED)
_OTHER_LINES = 6
_BAR_WIDTH = 20


class TableView(View):
    """Shows the jobs as a table.

    Args:
        console: Where; default: the standard output.
    """

    def __init__(self, console: Optional[Console] = None):
        self._console = console or Console()
        self._live = Live(console=self._console, auto_refresh=False, transient=False)
        self._drawn = 0.0

    def __enter__(self) -> "TableView":
        self._live.start()
        return self

    def __exit__(self, *args: object) -> None:
        """Leave the table as it is."""
        self._live.stop()

    def changed(self, task: Task) -> None:
        """Let the table be drawn at once."""
        self._drawn = 0.0

    def refresh(self, tasks: Sequence[Task], waiting: str) -> None:
        """Draw the table, at most once a second.

        Args:
            tasks: All jobs.
            waiting: Who keeps jobs waiting.
        """
        now = time.monotonic()
        if now - self._drawn < REFRESH_SECONDS:
            return
        self._drawn = now
        self._live.update(self.render(tasks, waiting), refresh=True)

    def render(self, tasks: Sequence[Task], waiting: str) -> Group:
        """Return the table."""
        shown = _most_urgent(tasks, max(self._console.height - _OTHER_LINES, 1))
        table = Table(box=None, pad_edge=False)
        for name in ("ID", "state", "where", "progress", "", "epoch", "left", "best"):
            table.add_column(name, no_wrap=True)
        for task in shown:
            progress = progress_of(task)
            share = progress.share
            table.add_row(
                _text(task.job.id),
                Text(_state(task), _STYLES.get(task.state, "")),
                task.place,
                ProgressBar(1.0, share, width=_BAR_WIDTH) if share is not None else "",
                f"{share:4.0%}" if share is not None else "",
                progress.epoch,
                duration(progress.left) if progress.left is not None else "",
                _text(progress.value),
            )
        hidden = len(tasks) - len(shown)
        notes = [f"… and {hidden} more"] if hidden else []
        notes += [f"waiting: {waiting}"] if waiting else []
        return Group(table, *(_text(note, "dim") for note in notes))


def _state(task: Task) -> str:
    if task.state is State.RUNNING and task.stopping:
        return "ending"
    if task.has_failed_before:
        return f"again: {ending(task)}"
    return f"failed: {ending(task)}" if task.state is State.FAILED else str(task.state)


def _most_urgent(tasks: Sequence[Task], n: int) -> List[Task]:
    """Return so many tasks in their order."""
    ranked = sorted(tasks, key=lambda task: _URGENT.index(task.state))[:n]
    return [task for task in tasks if any(task is other for other in ranked)]


def _text(text: str, style: str = "") -> Text:
    return Text(without_controls(text, line_breaks=False), style)
