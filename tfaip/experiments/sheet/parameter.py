# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A column of a sheet that holds the values of a parameter."""

import shlex
from dataclasses import dataclass
from typing import Any, List, Optional

from tfaip.util.errors import UserValueError, did_you_mean

SPLIT = "split"
# both spellings of older documents
ALLOW_EMPTY = ("allow_empty", "empty")
NO_GROUP = "default"


@dataclass(frozen=True)
class Parameter:
    """How a column becomes a flag.

    Attributes:
        name: The name of the parameter.
        split: Whether its value is several ones, with space between them.
        allow_empty: Whether the flag stands on the command line without a value if the cell is empty.
        is_sub_param: Whether it belongs to a group.
    """

    name: str
    split: bool = False
    allow_empty: bool = False
    is_sub_param: bool = False

    @staticmethod
    def parse(label: str, is_sub_param: bool = False) -> "Parameter":
        """Read the head of a column, such as ``post_distortions:split:empty``.

        Args:
            label: What stands in the cell.
            is_sub_param: Whether it belongs to a group.

        Raises:
            UserValueError: It has no name, or something else behind the colons.
        """
        name, *options = (part.strip() for part in label.split(":"))
        known = (SPLIT, *ALLOW_EMPTY)
        for option in options:
            if option not in known:
                raise UserValueError(
                    "The parameter has an unknown suffix.",
                    expected=" or ".join(f":{name}" for name in known),
                    got=f":{option}",
                    hint=did_you_mean(option, known),
                )
        if not name.strip("-"):
            raise UserValueError("The parameter has no name.", expected="a name such as epochs", got=repr(label))
        return Parameter(name.lstrip("-"), SPLIT in options, any(word in options for word in ALLOW_EMPTY), is_sub_param)

    def path(self, group: str = NO_GROUP) -> str:
        """Return the whole name, with its group."""
        return f"{group}.{self.name}" if self.is_sub_param else self.name

    def words(self, value: Optional[str]) -> Optional[List[str]]:
        """Return the values that stand behind the flag, None if the flag is left out.

        Raises:
            UserValueError: A quotation mark is not closed.
        """
        text = "" if value is None else value
        if not text.strip():
            return [] if self.allow_empty else None
        return split_words(text) if self.split else [text]

    def to_str(self, value: Any) -> str:
        """Return the values as they stand on a command line."""
        return shlex.join(self.words(None if value is None else str(value)) or [])


def split_words(text: str) -> List[str]:
    """Split a text at its spaces, but not within quotation marks; a backslash is a character as others.

    Raises:
        UserValueError: A quotation mark is not closed.
    """
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    try:
        return list(lexer)
    except ValueError as error:
        raise UserValueError("A quotation mark is not closed.", got=text) from error
