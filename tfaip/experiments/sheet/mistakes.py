# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The mistakes of a sheet, reported together, each with its cell."""

import dataclasses
from collections.abc import Sequence

from tfaip.params.cli.errors import Mistake
from tfaip.util.errors import UserValueError


class SheetErrors(UserValueError):
    """All mistakes of a sheet.

    Args:
        path: The file.
        mistakes: Each with its cell; at least one.
    """

    def __init__(self, path: str, mistakes: Sequence[Mistake]):
        self.mistakes = list(mistakes)
        count = f"{len(self.mistakes)} mistakes" if len(self.mistakes) > 1 else "a mistake"
        text = "\n".join(mistake.render() for mistake in self.mistakes)
        super().__init__(f"The sheet {path} has {count}, so that nothing was started.\n{text}")


def at_cell(mistake: Mistake, cell: str) -> Mistake:
    """Return a mistake with its cell; if it has a place already, that follows."""
    return dataclasses.replace(mistake, where=f"{cell}, {mistake.where}" if mistake.where else cell, position=None)
