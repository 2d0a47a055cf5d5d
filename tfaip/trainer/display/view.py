# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Where the progress of a training is shown."""

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Tuple

from tfaip.trainer.display.progress import Progress

Rows = Sequence[Tuple[str, str]]


class View:
    """Shows a training; this one shows nothing.

    Attributes:
        replaces_log: Whether what is shown need not be written to the terminal by the log, too.
    """

    replaces_log = False

    def facts(self, facts: Mapping[str, Any], rows: Rows) -> None:
        """Show what is trained where.

        Args:
            facts: The facts for a program.
            rows: The same for people: name and text.
        """

    def differences(self, changes: Sequence[Mapping[str, Any]], lines: Sequence[str]) -> None:
        """Show which parameters differ from the defaults of the scenario.

        Args:
            changes: ``path``, ``a`` (the default) and ``b`` of each.
            lines: A text for each.
        """

    def model(self, layers: Sequence[Mapping[str, Any]], lines: Sequence[str]) -> None:
        """Show the layers of the model.

        Args:
            layers: The layers for a program.
            lines: The lines of a table.
        """

    def begin_epoch(self, progress: Progress) -> None:
        """Show that an epoch begins."""

    def progress(self, progress: Progress) -> None:
        """Show how far the epoch is; called after each call of the training function, so it decides what it skips."""

    def validate(self, progress: Progress) -> None:
        """Show that the validation has begun."""

    def end_epoch(self, progress: Progress) -> None:
        """Show the results of an epoch."""

    def end(self, facts: Mapping[str, Any], rows: Rows) -> None:
        """Show the end of the training; arguments as those of :meth:`facts`."""

    def error(self, message: str, code: int) -> None:
        """Show why the program ends.

        Args:
            message: The text of the error.
            code: The exit code.
        """

    def close(self) -> None:
        """Leave the terminal as it was; called also after errors."""


def create_view(mode: int, delta_time: float, is_terminal: Optional[bool] = None) -> View:
    """Return the view of a training.

    Args:
        mode: ``progress_bar_mode`` of its parameters.
        delta_time: Seconds between two lines where the output is no terminal.
        is_terminal: Default: what the standard output is.
    """
    import sys

    if mode == 0:
        return View()
    if mode == 1 and (sys.stdout.isatty() if is_terminal is None else is_terminal):
        from tfaip.trainer.display.live import LiveView

        return LiveView()
    from tfaip.trainer.display.lines import LineView

    return LineView(delta_time)
