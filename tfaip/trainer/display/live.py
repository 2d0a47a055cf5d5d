# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The progress on a terminal: a live line, and a row for each epoch."""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, List, Optional

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tfaip.trainer.display.columns import EpochTable, shown_values
from tfaip.trainer.display.progress import Progress
from tfaip.trainer.display.view import Rows, View
from tfaip.util import shorttext as text
from tfaip.util.plaintext import without_controls

SECONDS_BETWEEN_UPDATES = 0.25
BAR_WIDTH = 24


class LiveView(View):
    """Shows a line that is drawn again and again below a table of the epochs.

    What else is written to the terminal in between appears above the line.

    Args:
        console: Where to write. Default: the standard output.
    """

    replaces_log = True

    def __init__(self, console: Optional[Console] = None):
        self._console = console or Console(highlight=False, markup=False, emoji=False)
        self._table = EpochTable()
        self._live: Optional[Live] = None
        self._last = 0.0

    def facts(self, facts: Mapping[str, Any], rows: Rows) -> None:
        """Print the facts below each other."""
        self._print_rows("training", rows)

    def differences(self, changes: Sequence[Mapping[str, Any]], lines: Sequence[str]) -> None:
        """Print a line for each parameter."""
        self._print_lines(f"{len(lines)} parameters differ from the defaults", lines)

    def model(self, layers: Sequence[Mapping[str, Any]], lines: Sequence[str]) -> None:
        """Print the table of the layers."""
        self._print_lines("model", lines)

    def begin_epoch(self, progress: Progress) -> None:
        """Draw the live line."""
        self._draw(progress, "")

    def progress(self, progress: Progress) -> None:
        """Draw the live line again, four times a second."""
        if time.perf_counter() - self._last >= SECONDS_BETWEEN_UPDATES:
            self._draw(progress, "")

    def validate(self, progress: Progress) -> None:
        """Tell in the live line that the validation runs."""
        self._draw(progress, "validating")

    def end_epoch(self, progress: Progress) -> None:
        """Replace the live line by the row of the epoch."""
        self._stop()
        header, row = self._table.lines(progress, self._console.width)
        if header:
            self._console.print(Text(header, style="bold", no_wrap=True), overflow="ellipsis")
        style = "green" if progress.best.is_new else ""
        self._console.print(Text(row, style=style, no_wrap=True), overflow="ellipsis")

    def end(self, facts: Mapping[str, Any], rows: Rows) -> None:
        """Print where the models are and how to go on."""
        self._stop()
        self._print_rows("end of the training", rows)

    def close(self) -> None:
        """Remove the live line."""
        self._stop()

    def _print_rows(self, title: str, rows: Rows) -> None:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="cyan", no_wrap=True)
        # commands are to be copied: they are not broken by a terminal that is too narrow
        grid.add_column(overflow="fold")
        for name, content in rows:
            grid.add_row(name, Text(without_controls(content, line_breaks=False)))
        self._console.rule(title, style="dim", align="left")
        self._console.print(grid)

    def _print_lines(self, title: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        self._console.rule(title, style="dim", align="left")
        for content in lines:
            self._console.print(Text(without_controls(content, line_breaks=False)), soft_wrap=True)

    def _draw(self, progress: Progress, phase: str) -> None:
        self._last = time.perf_counter()
        if self._live is None:
            self._live = Live(
                console=self._console,
                auto_refresh=False,
                transient=True,
                # a stream that goes to a file is left alone
                redirect_stdout=sys.stdout.isatty(),
                redirect_stderr=sys.stderr.isatty(),
            )
            self._live.start()
        self._live.update(self._line(progress, phase), refresh=True)

    def _line(self, progress: Progress, phase: str) -> RenderableType:
        grid = Table.grid(padding=(0, 1))
        epoch = f"epoch {progress.epoch + 1}/{progress.epochs}"
        width = min(BAR_WIDTH, self._console.width // 6)
        grid.add_column(no_wrap=True, min_width=len(epoch))
        grid.add_column(min_width=width, max_width=width)
        grid.add_column(no_wrap=True, overflow="ellipsis")
        bar = ProgressBar(total=max(1, progress.steps), completed=progress.step, width=width)
        parts = [phase] if phase else _parts(progress)
        grid.add_row(epoch, bar, Text("  ".join(parts), no_wrap=True))
        return Group(grid)

    def _stop(self) -> None:
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()


def _parts(progress: Progress) -> List[str]:
    parts = [f"{progress.step}/{progress.steps}"]
    if progress.samples_per_second is not None:
        parts.append(text.rate(progress.samples_per_second))
    if progress.seconds_left is not None:
        left = f"left {text.duration(progress.seconds_left_of_epoch)}"
        parts.append(f"{left} of {text.duration(progress.seconds_left)}" if progress.epochs > 1 else left)
    if progress.data_wait is not None:
        parts.append(f"data wait {text.share(progress.data_wait)}")
    if progress.skipped_samples:
        parts.append(f"skipped {progress.skipped_samples}")
    for name in shown_values(progress):
        change = progress.change(name)
        shown = f"{name} {text.number(progress.values[name])}"
        parts.append(shown if change is None else f"{shown} ({text.change(change)})")
    return parts
