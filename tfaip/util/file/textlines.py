# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Text files of the user: their lines, or a message with the path."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import List, Optional, Union

from tfaip.util.errors import UserFileNotFoundError, UserValueError

AnyPath = Union[str, Path]


def read_text_lines(path: AnyPath, what: str, expected: str, flag: Optional[str] = None) -> List[str]:
    """Return the lines of a text file in UTF-8 without what ends them.

    Args:
        path: The file.
        what: What the file is, for messages.
        expected: What it should hold, for messages.
        flag: The flag that names the file, for messages.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserValueError: It is a directory or holds something else than text.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            return [line.rstrip("\n") for line in file]
    except FileNotFoundError as error:
        raise _missing([path], what, expected, flag) from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise UserValueError(
            f"The {what} cannot be read as a text in UTF-8.",
            where=str(path),
            expected=expected,
            got=str(error),
            hint=_hint(flag),
        ) from error


def check_files_exist(paths: Iterable[AnyPath], what: str, expected: str, flag: Optional[str] = None) -> None:
    """Check that all files are there, before anything is done; see :func:`read_text_lines`.

    Raises:
        UserFileNotFoundError: Some are missing; the message names them all.
    """
    missing = [path for path in paths if not os.path.exists(path)]
    if missing:
        raise _missing(missing, what, expected, flag)


def _missing(paths: List[AnyPath], what: str, expected: str, flag: Optional[str]) -> UserFileNotFoundError:
    return UserFileNotFoundError(
        f"The {what} does not exist." if len(paths) == 1 else f"{len(paths)} files do not exist: {what}.",
        where=", ".join(map(str, paths)),
        expected=expected,
        hint=_hint(flag),
    )


def _hint(flag: Optional[str]) -> Optional[str]:
    return f"correct {flag}; relative paths begin at {os.getcwd()}" if flag else None
