# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a configuration file says, by the names of the parameters, and which of it has found its place."""

from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, Set

from tfaip.params.cli.arguments import normalised, spelled
from tfaip.params.cli.nodes import SEPARATOR
from tfaip.params.config.entry import Entry
from tfaip.params.decode import CLASS_KEY
from tfaip.params.migrations import SCHEMA_KEY


class Said:
    """The entries of a configuration file.

    Args:
        config: Its mapping.
        spellings: Other names of parameters: what each stands for.
    """

    def __init__(self, config: Entry, spellings: Mapping[str, str]):
        self._config = config
        self._spellings = {normalised(old): normalised(new) for old, new in spellings.items()}
        self._by_path: Dict[str, List[Entry]] = {}
        self._below: Dict[str, List[str]] = {}
        self._taken: Set[int] = set()
        self._index(config)

    def _index(self, entry: Entry) -> None:
        for key, child in entry.children():
            if entry is self._config and key == SCHEMA_KEY:
                continue
            name = key if key == CLASS_KEY else normalised(key)
            child.path = spelled(f"{entry.path}{SEPARATOR}{name}" if entry.path else name, self._spellings)
            self._by_path.setdefault(child.path, []).append(child)
            parts = child.path.split(SEPARATOR)
            for end in range(1, len(parts)):
                self._below.setdefault(SEPARATOR.join(parts[:end]), []).append(parts[end])
            self._index(child)

    def at(self, names: Iterable[str], below: str = "") -> List[Entry]:
        """Return the entries of a parameter.

        Args:
            names: Its names.
            below: A key below it.
        """
        return [entry for name in dict.fromkeys(names) for entry in self._by_path.get(name + below, ())]

    def below(self, names: Iterable[str]) -> List[str]:
        """Return the keys that stand below a parameter."""
        return list(dict.fromkeys(key for name in names for key in self._below.get(name, ())))

    def take(self, entry: Entry) -> None:
        """Note that an entry, with all that is in it, has found its place."""
        self._taken.update([id(entry), *map(id, entry.descendants())])

    def taken(self) -> FrozenSet[int]:
        """Return the ids of the entries that have found a place by now."""
        return frozenset(self._taken)

    def is_taken(self, entry: Entry) -> bool:
        """Tell whether an entry has found its place."""
        return id(entry) in self._taken

    def rename(self, entry: Entry, path: str) -> None:
        """Let an entry be found by another path."""
        if entry.path != path:
            entry.path = path
            self._by_path.setdefault(path, []).append(entry)

    def left(self) -> Iterator[Entry]:
        """Yield the values that have not found a place: no mappings, and lists as a whole."""
        yield from self._left(self._config)

    def _left(self, entry: Entry) -> Iterator[Entry]:
        for _, child in entry.children():
            if not child.path or self.is_taken(child):
                continue
            if isinstance(child.value, dict) or any(map(self.is_taken, child.descendants())):
                yield from self._left(child)
            else:
                yield child
