# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Split a command line into flags with their values."""

import dataclasses
import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Dict, List, Optional, Sequence, Tuple

from tfaip.params.cli.errors import Mistake

_FLAG = re.compile(r"--?[A-Za-z_]")
_NEGATIVE_WORD = re.compile(r"-(inf|infinity|nan)$", re.IGNORECASE)


def is_flag(token: str) -> bool:
    """Return whether a token is a flag. Negative numbers and a single dash are values."""
    return bool(_FLAG.match(token)) and not _NEGATIVE_WORD.match(token)


def normalised(flag: str) -> str:
    """Return the name of a flag by which spellings with ``-`` and ``_`` are the same.

    The two dashes before a name do not count; a short flag keeps its one dash.
    """
    name = flag.lstrip("-").replace("-", "_")
    return f"-{name}" if flag.startswith("-") and not flag.startswith("--") else name


@dataclasses.dataclass
class Assignment:
    """A flag on the command line with its values.

    Attributes:
        flag: The flag as typed, with dashes.
        values: The tokens that follow, or the text after ``=``.
        position: The number of the word on the line.
        targets: The canonical flags of the parameters that took it.
        is_closed: Whether the value stands behind ``=``, so that no other word can belong to the flag.
        is_repeated: Whether the parameter is set again, so that nobody knows which value is meant.
    """

    flag: str
    values: List[str]
    position: Optional[int] = None
    is_closed: bool = False
    targets: List[str] = dataclasses.field(default_factory=list)
    is_repeated: bool = False

    @property
    def key(self) -> str:
        """The name by which the flag is looked up."""
        return normalised(self.flag)

    def tokens(self) -> List[str]:
        """Return the tokens of which it was made (``--flag=value`` as two)."""
        return [self.flag, *self.values]


class Assignments:
    """The flags of a command line, each to be taken by the parameter that it sets.

    Args:
        assignments: The flags in order.
        spellings: Other names of flags: what each stands for, both without dashes. They hold for the flags below, too:
            ``a`` for ``b`` makes ``--a.c`` mean ``--b.c``.
    """

    def __init__(self, assignments: Iterable[Assignment], spellings: Optional[Mapping[str, str]] = None):
        self.assignments = list(assignments)
        self.mistakes: List[Mistake] = []
        self._by_key: Dict[str, List[Assignment]] = {}
        known = {normalised(old): normalised(new) for old, new in (spellings or {}).items()}
        for assignment in self.assignments:
            self._by_key.setdefault(spelled(assignment.key, known), []).append(assignment)

    def take(self, aliases: Tuple[str, ...]) -> Optional[Assignment]:
        """Return the assignment to one of the names of a parameter, the first of which is its canonical flag."""
        found: List[Assignment] = []
        if self._by_key:
            for alias in aliases:
                found += self._by_key.get(alias, ())
        if not found:
            return None
        if len(found) > 1:
            names = " and ".join(dict.fromkeys(assignment.flag for assignment in found))
            what = "is given twice." if len({a.flag for a in found}) == 1 else "set the same parameter."
            got = ", ".join(" ".join(a.values) for a in found)
            self.mistakes.append(Mistake(f"{names} {what}", got=got, hint="Give it once.").at(found[1].position))
            found[0].is_repeated = True
        for assignment in found:
            assignment.targets.append(aliases[0])
        return found[0]

    def untaken(self) -> List[Assignment]:
        """Return the flags that no parameter took."""
        return [assignment for assignment in self.assignments if not assignment.targets]

    def ambiguous(self) -> List[Assignment]:
        """Return the flags that several parameters took."""
        return [assignment for assignment in self.assignments if len(assignment.targets) > 1]


def spelled(key: str, spellings: Mapping[str, str]) -> str:
    """Return the present name of a flag: the longest of its beginnings that has another spelling is replaced."""
    words = key.split(".")
    for n in range(len(words), 0, -1):
        new = spellings.get(".".join(words[:n]))
        if new is not None:
            return ".".join([new, *words[n:]])
    return key


def help_topics(assignments: Sequence[Assignment], help_keys: Sequence[str]) -> List[Assignment]:
    """Return the flags without value that stand directly before a flag for help."""
    pairs = itertools.pairwise(assignments)
    return [flag for flag, after in pairs if after.key in help_keys and not flag.values and flag.key not in help_keys]


def split(tokens: Sequence[str]) -> Tuple[List[str], List[Assignment]]:
    """Split tokens into what stands before the first flag (or can belong to no flag), and the flags.

    A token belongs to the flag before it, but not after ``--flag=value`` and not after ``--``.
    """
    strays: List[str] = []
    assignments: List[Assignment] = []
    open_flag = False
    for position, token in enumerate(tokens):
        if token == "--":
            open_flag = False
        elif is_flag(token):
            name, equals, value = token.partition("=")
            assignments.append(Assignment(name, [value] if equals else [], position, bool(equals)))
            open_flag = not equals
        elif open_flag:
            assignments[-1].values.append(token)
        else:
            strays.append(token)
    return strays, assignments
