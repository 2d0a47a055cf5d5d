# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Read JSON with the line of each value, as Python's json writes it (with NaN and Infinity)."""

import bisect
import json
import re
from typing import Any, Dict, Iterator, List, Tuple

from tfaip.params.cli.errors import Mistake
from tfaip.params.config.entry import Entry

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+)')
_Token = Tuple[str, int]


def read_json(text: str, file: str, mistakes: List[Mistake]) -> Entry:
    """Return the value of a JSON text.

    Args:
        text: The text.
        file: Its file, for messages.
        mistakes: Gets the keys that are given twice, and what is not JSON.
    """
    try:
        json.loads(text)
    except json.JSONDecodeError as e:
        mistakes.append(Mistake("The file is not valid JSON.", got=e.msg, where=f"{file}:{e.lineno}:{e.colno}"))
        return Entry({}, file, e.lineno)
    except ValueError as e:
        # a number of too many digits
        mistakes.append(Mistake("The file cannot be read.", got=str(e), where=file))
        return Entry({}, file, 1)
    return _JsonEntries(text, file, mistakes).read()


class _JsonEntries:
    """Makes entries of a text that is JSON for certain."""

    def __init__(self, text: str, file: str, mistakes: List[Mistake]):
        self._file = file
        self._mistakes = mistakes
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._tokens: Iterator[_Token] = ((m.group(1), m.start(1)) for m in _TOKEN.finditer(text))

    def read(self) -> Entry:
        return self._value(next(self._tokens))

    def _line(self, offset: int) -> int:
        return bisect.bisect_left(self._breaks, offset) + 1

    def _value(self, token: _Token) -> Entry:
        text, offset = token
        if text == "{":
            return Entry(self._object(), self._file, self._line(offset))
        if text == "[":
            return Entry(self._array(), self._file, self._line(offset))
        return Entry(json.loads(text), self._file, self._line(offset))

    def _object(self) -> Dict[str, Entry]:
        result: Dict[str, Entry] = {}
        for text, offset in self._tokens:
            if text == "}":
                break
            if text == ",":
                continue
            key, line = json.loads(text), self._line(offset)
            next(self._tokens)  # the colon
            child = self._value(next(self._tokens))
            child.line = line
            if key in result:
                self._mistakes.append(given_twice(key, self._file, result[key].line, line))
            result[key] = child
        return result

    def _array(self) -> List[Entry]:
        result = []
        for token in self._tokens:
            if token[0] == "]":
                break
            if token[0] != ",":
                result.append(self._value(token))
        return result


def given_twice(key: Any, file: str, first: int, second: int) -> Mistake:
    """Return the mistake that a mapping has a key twice."""
    return Mistake(f"The key {key} is given twice.", where=f"{file}:{second}", got=f"first in line {first}")
