# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Errors that a user can mend, with one grammar for all messages.

A command line program catches :class:`UserError`, prints its message without a traceback and ends with exit code 2.
"""

import difflib
from collections.abc import Iterable
from typing import Optional

from tfaip.util.plaintext import without_controls

_INDENTED = "\n" + " " * 12


class UserError(Exception):
    """A mistake of the user (or of their data) that the message explains.

    Args:
        what: One sentence: what is wrong.
        where: Where it is: a parameter path, a file and line, a sample.
        expected: What was expected there.
        got: What was found instead.
        hint: What to try.
    """

    # AutoGraph and Keras make other errors, or longer texts, of those that leave a hook unless they carry these names
    ag_pass_through = True
    _keras_call_info_injected = True

    def __init__(
        self,
        what: str,
        *,
        where: Optional[str] = None,
        expected: Optional[str] = None,
        got: Optional[str] = None,
        hint: Optional[str] = None,
    ):
        self.what = what
        self.where = where
        self.expected = expected
        self.got = got
        self.hint = hint
        super().__init__(self.render())

    def render(self) -> str:
        """Return the message: the sentence, then each known detail, whose further lines are indented.

        What stands in a file can neither control the terminal nor pass for another line of the message.
        """
        details = [("where", self.where), ("expected", self.expected), ("got", self.got), ("try", self.hint)]
        lines = [self.what, *(f"  {name + ':':<9} {text}".replace("\n", _INDENTED) for name, text in details if text)]
        return without_controls("\n".join(lines))

    def __reduce__(self) -> tuple:
        """Pickle by the details, so that the error crosses process borders unchanged."""
        return _rebuild, (type(self), self.what, self.where, self.expected, self.got, self.hint), self.__dict__


def _rebuild(
    cls: type[UserError],
    what: str,
    where: Optional[str],
    expected: Optional[str],
    got: Optional[str],
    hint: Optional[str],
) -> UserError:
    error = cls.__new__(cls)
    UserError.__init__(error, what, where=where, expected=expected, got=got, hint=hint)
    return error


class UserValueError(UserError, ValueError):
    """A :class:`UserError` where the contract promises a ``ValueError``."""


class UserTypeError(UserError, TypeError):
    """A :class:`UserError` where the contract promises a ``TypeError``."""


class UserNameError(UserError, NameError):
    """A :class:`UserError` where the contract promises a ``NameError``."""


class UserFileNotFoundError(UserError, FileNotFoundError):
    """A :class:`UserError` where the contract promises a ``FileNotFoundError``."""

    def __str__(self) -> str:
        return self.render()


class UserOSError(UserError, OSError):
    """A :class:`UserError` about what the operating system refuses, such as writing to a full disk."""

    def __str__(self) -> str:
        return self.render()


class NotSupportedYetError(UserError, NotImplementedError):
    """A feature of the contract that is known but not built yet; never ignored in silence."""


def did_you_mean(word: str, candidates: Iterable[str], n: int = 3) -> Optional[str]:
    """Return ``Did you mean a, b?`` for the candidates nearest to ``word``, or None if none is near."""
    names = sorted(set(candidates))
    near = difflib.get_close_matches(word, names, n=n, cutoff=0.6)
    if not near:
        near = [name for name in names if word and (word.lower() in name.lower() or name.lower() in word.lower())][:n]
    return f"Did you mean {', '.join(near)}?" if near else None
