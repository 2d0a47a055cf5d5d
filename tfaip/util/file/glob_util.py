# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Patterns to file names."""

import glob
import os
from collections.abc import Iterable
from typing import List, Optional, Union

from tfaip.util.errors import UserFileNotFoundError


def glob_all(paths: Union[str, Iterable[str]], resolve_ending: Optional[str] = None) -> List[str]:
    """Resolve file names and patterns to file names.

    Args:
        paths: One or several names or patterns (``*``, ``?``, ``[]``, ``**``), ``~`` is expanded.
        resolve_ending: A file with this ending (e.g. ``.files``) is a list: a text file with one name or pattern a
            line, relative to the list's folder. Default: no lists.

    Returns:
        The names in the order of ``paths``, those of one pattern sorted. A name without a pattern is kept even if
        there is no such file, so that the reader of the file can say so; a pattern without a match gives nothing.

    Raises:
        UserFileNotFoundError: A list file does not exist.
    """
    names: List[str] = []
    for path in [paths] if isinstance(paths, str) else paths:
        path = os.path.expanduser(path)
        matches = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else [path]
        for match in matches:
            if resolve_ending and match.endswith(resolve_ending):
                names.extend(glob_all(_read_list(match), resolve_ending))
            else:
                names.append(match)
    return names


def _read_list(list_file: str) -> List[str]:
    try:
        with open(list_file, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except FileNotFoundError as error:
        raise UserFileNotFoundError(
            "A list of files does not exist.",
            where=list_file,
            expected="a text file with one name or pattern a line",
            got="no such file",
            hint="check the spelling of the path",
        ) from error
    folder = os.path.dirname(list_file)
    return [os.path.join(folder, line) for line in lines if line]
