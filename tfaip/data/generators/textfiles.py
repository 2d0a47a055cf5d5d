# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Text files with a line for each sample: its id, white space, and its value."""

from typing import Any, Callable, Dict, List, Optional, Tuple, Union

from tfaip.util.errors import UserValueError
from tfaip.util.file.textlines import AnyPath, read_text_lines

# type of the numbers and what separates them, None for white space
LOADER_TYPES: Dict[str, Tuple[Callable[[str], Any], Optional[str]]] = {
    "text_int": (int, None),
    "text_float": (float, None),
    "csv_int": (int, ","),
    "csv_float": (float, ","),
}


def read_2column_text(path: AnyPath) -> Dict[str, str]:
    """Return the second column of a text file, which is the rest of the line, by the first one.

    Empty lines are left out; the value of a line with one column is empty.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserValueError: An id stands twice in the file, or it is not a text in UTF-8.
    """
    return {key: value for key, (_, value) in _numbered_lines(path).items()}


def load_num_sequence_text(path: AnyPath, loader_type: str = "csv_int") -> Dict[str, List[Union[int, float]]]:
    """Return sequences of numbers by the ids of the samples.

    Args:
        path: The file: each line an id and numbers.
        loader_type: ``text_int``, ``text_float`` (numbers separated by white space), ``csv_int`` or ``csv_float``
            (by commas).

    Raises:
        UserFileNotFoundError: There is no such file.
        UserValueError: An id stands twice in the file, or a value is no number.
    """
    if loader_type not in LOADER_TYPES:
        raise UserValueError(
            "There is no such kind of number sequences.",
            where="loader_type",
            expected=", ".join(LOADER_TYPES),
            got=str(loader_type),
        )
    to_number, separator = LOADER_TYPES[loader_type]
    sequences: Dict[str, List[Union[int, float]]] = {}
    for key, (line, text) in _numbered_lines(path).items():
        try:
            sequences[key] = [to_number(word) for word in text.split(separator)]
        except ValueError as error:
            raise UserValueError(
                "A line does not hold the numbers of a sample.",
                where=f"{path}, line {line}",
                expected=f"an id and numbers ({loader_type})",
                got=f"{key} {text}",
            ) from error
    return sequences


def parse_file(path: AnyPath, loader_type: str = "text") -> Dict[str, Any]:
    """Return the values of a text file by the ids of the samples.

    Args:
        path: The file.
        loader_type: ``text`` for the rest of the line, or one of :func:`load_num_sequence_text`.
    """
    return dict(read_2column_text(path)) if loader_type == "text" else dict(load_num_sequence_text(path, loader_type))


def _numbered_lines(path: AnyPath) -> Dict[str, Tuple[int, str]]:
    """Return the number of the line and the value for each id."""
    values: Dict[str, Tuple[int, str]] = {}
    for number, line in enumerate(read_text_lines(path, "file of the samples", "a line a sample: id value"), 1):
        if not line.strip():
            continue
        key, *rest = line.split(maxsplit=1)
        if key in values:
            raise UserValueError(
                "A sample stands twice in a file.",
                where=f"{path}, line {number}",
                expected="an id that is not in the file yet",
                got=f"{key}, which is in line {values[key][0]}",
            )
        values[key] = number, rest[0].rstrip() if rest else ""
    return values
