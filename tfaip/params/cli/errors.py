# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The mistakes of a command line, reported together."""

import dataclasses
from typing import List, Optional

from tfaip.util.errors import UserError


@dataclasses.dataclass(frozen=True)
class Mistake:
    """One mistake.

    Attributes:
        what: One sentence that names the flag and what is wrong.
        expected: What would be right.
        got: What stands there.
        hint: What to try.
        where: The file and the line, if it is not on the command line.
    """

    what: str
    expected: Optional[str] = None
    got: Optional[str] = None
    hint: Optional[str] = None
    where: Optional[str] = None

    def render(self) -> str:
        """Return the text in the grammar of all messages."""
        return UserError(self.what, where=self.where, expected=self.expected, got=self.got, hint=self.hint).render()


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
