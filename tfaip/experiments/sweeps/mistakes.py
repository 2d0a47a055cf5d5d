# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The mistakes of a sweep file, reported together, each with its line."""

from collections.abc import Sequence

from tfaip.params.cli.errors import Mistake, in_order
from tfaip.params.config.entry import Entry
from tfaip.util.errors import UserError, UserValueError


class SweepErrors(UserValueError):
    """All mistakes of a sweep.

    Args:
        path: The file.
        mistakes: Each with its line; at least one.
    """

    def __init__(self, path: str, mistakes: Sequence[Mistake]):
        self.mistakes = in_order(mistakes, [path])
        count = f"{len(self.mistakes)} mistakes" if len(self.mistakes) > 1 else "a mistake"
        text = "\n".join(mistake.render() for mistake in self.mistakes)
        super().__init__(f"The sweep {path} has {count}, so that nothing was started.\n{text}")


def mistake_at(error: UserError, entry: Entry, name: str = "") -> Mistake:
    """Return an error as a mistake in what a file says.

    Args:
        error: The error.
        entry: What the file says.
        name: The name that it says it about.
    """
    where = ", ".join([entry.where, *([name] if name else [])])
    return Mistake(error.what, error.expected, error.got, error.hint, where)
