# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The mistakes of a command line, reported together."""

import dataclasses
import re
from collections.abc import Iterable, Sequence
from typing import List, Optional, Tuple

from tfaip.util.errors import UserError
from tfaip.util.plaintext import without_controls

# So many are listed in a message.
MOST_NAMES = 12


@dataclasses.dataclass(frozen=True)
class Mistake:
    """One mistake.

    Attributes:
        what: One sentence that names the flag and what is wrong.
        expected: What would be right.
        got: What stands there.
        hint: What to try.
        where: The file and the line, if it is not on the command line.
        position: Where it is on the command line: the number of the word.
    """

    what: str
    expected: Optional[str] = None
    got: Optional[str] = None
    hint: Optional[str] = None
    where: Optional[str] = None
    position: Optional[int] = dataclasses.field(default=None, compare=False)

    def at(self, position: Optional[int]) -> "Mistake":
        """Return the mistake with its position on the command line."""
        return dataclasses.replace(self, position=position)

    def render(self) -> str:
        """Return the text in the grammar of all messages."""
        what = without_controls(self.what, line_breaks=False)
        return UserError(what, where=self.where, expected=self.expected, got=self.got, hint=self.hint).render()


def listing(names: Sequence[str]) -> str:
    """Return names for a message; of very many only the first."""
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES] if more > 1 else names)
    return f"{shown}, … and {more} more" if more > 1 else shown


def in_order(mistakes: Iterable[Mistake], files: Sequence[str] = ()) -> List[Mistake]:
    """Return mistakes as one meets them: those in the files by their lines, those on the line, what is missing.

    Args:
        mistakes: The mistakes.
        files: The configuration files in the order of the line.
    """

    def place(mistake: Mistake) -> Tuple[int, int, int]:
        for number, file in enumerate(files):
            match = re.match(rf"{re.escape(file)}(?::(\d+))?(?=[:,]|$)", mistake.where or "")
            if match:
                return 0, number, int(match.group(1) or 0)
        return (2, 0, 0) if mistake.position is None else (1, mistake.position, 0)

    return sorted(mistakes, key=place)


class ParameterErrors(UserError):
    """All mistakes of one command line.

    Args:
        mistakes: The mistakes, at least one.
        usage: How the program is called, to be shown below.
    """

    def __init__(self, mistakes: List[Mistake], usage: Optional[str] = None):
        self.mistakes = list(mistakes)
        self.usage = usage
        text = "\n".join(mistake.render() for mistake in self.mistakes)
        if len(self.mistakes) > 1:
            source = "The configuration has" if any(m.where for m in self.mistakes) else "The command line has"
            text = f"{source} {len(self.mistakes)} mistakes.\n{text}"
        super().__init__(f"{text}\n{usage.strip()}" if usage else text)
