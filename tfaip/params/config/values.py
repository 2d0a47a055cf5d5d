# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The entries of all configuration files by the names of the parameters."""

from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, Optional, Sequence, Set

from tfaip.params.cli.arguments import normalised, spelled
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.nodes import SEPARATOR, Place
from tfaip.params.config.entry import Entry
from tfaip.params.decode import CLASS_KEY


class ConfigValues:
    """What the configuration files say.

    A parameter finds its entries by any of its names, however they are split up into mappings and dotted keys.

    Args:
        files: The mappings of the files; later ones win.
        spellings: Other names of parameters: what each stands for.
    """

    def __init__(self, files: Sequence[Entry], spellings: Optional[Mapping[str, str]] = None):
        self.files = list(files)
        self.mistakes: List[Mistake] = []
        self.known: Set[str] = set()
        self._spellings = {normalised(old): normalised(new) for old, new in (spellings or {}).items()}
        self._by_path: Dict[str, List[Entry]] = {}
        self._prefixes: Set[str] = set()
        for layer, entry in enumerate(self.files):
            self._index(entry, layer)

    def _index(self, entry: Entry, layer: int) -> None:
        for key, child in entry.children():
            # Dashes before a name are no part of it, as on the command line, but a mistake.
            name = key if key == CLASS_KEY or key.startswith("-") else normalised(key)
            path = f"{entry.path}{SEPARATOR}{name}" if entry.path else name
            child.path = spelled(path, self._spellings)
            child.name = f"{entry.name}{SEPARATOR}{key}" if entry.name else key
            child.layer = layer
            self._by_path.setdefault(child.path, []).append(child)
            parts = child.path.split(SEPARATOR)
            self._prefixes.update(SEPARATOR.join(parts[:end]) for end in range(1, len(parts) + 1))
            self._index(child, layer)

    def names(self, place: Place) -> List[str]:
        """Return the names by which a file can call a parameter."""
        return list(dict.fromkeys([*place.aliases, normalised(place.path)]))

    def touches(self, place: Place) -> bool:
        """Return whether a file says something about a parameter or what is below it."""
        return any(name in self._prefixes for name in self.names(place))

    def entries(self, place: Place, below: str = "", without: FrozenSet[int] = frozenset()) -> List[Entry]:
        """Return the entries of a parameter, later files last.

        Args:
            place: The parameter.
            below: A key below it.
            without: The layers that do not count here.
        """
        names = [name + below for name in self.names(place)]
        self.known.update(names)
        found = [entry for name in names for entry in self._by_path.get(name, ())]
        return sorted((entry for entry in found if entry.layer not in without), key=lambda entry: entry.layer)

    def rename(self, entry: Entry, path: str) -> None:
        """Let an entry be found by another path."""
        entry.path = entry.name = path
        self._by_path.setdefault(path, []).append(entry)
        self._prefixes.add(path)

    def drop(self, place: Place, layers: Iterable[int]) -> None:
        """Let the entries below a parameter have no effect, without a mistake."""
        layers = frozenset(layers)
        prefixes = tuple(name + SEPARATOR for name in self.names(place))
        if layers:
            for entry in self.all():
                if entry.layer in layers and entry.path.startswith(prefixes):
                    entry.dropped = True

    def all(self) -> Iterator[Entry]:
        """Yield all entries."""
        for file in self.files:
            yield from file.descendants()

    def take(self, entries: Sequence[Entry], place: Place, closed: bool = False) -> None:
        """Let a parameter take entries; two of one file are a mistake.

        Args:
            entries: The entries, later files last.
            place: The parameter.
            closed: Whether all below them is taken, too.
        """
        by_layer: Dict[int, Entry] = {}
        for entry in entries:
            entry.targets.append(place.path)
            entry.closed = entry.closed or closed
            first = by_layer.setdefault(entry.layer, entry)
            if first is not entry:
                names = " and ".join(dict.fromkeys((first.name, entry.name)))
                self.mistakes.append(
                    Mistake(
                        f"{names} set the same parameter, {place.path}."
                        if first.name != entry.name
                        else f"{names} is given twice.",
                        got=f"{first.show(40)} in line {first.line}, {entry.show(40)} in line {entry.line}",
                        hint="Give it once.",
                        where=entry.where,
                    )
                )
