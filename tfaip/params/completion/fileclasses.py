# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What configuration files choose, for completion: the rules are those of `tfaip.params.config.apply`."""

from collections.abc import Callable
from typing import FrozenSet, List, NamedTuple, Optional, Tuple

from tfaip.params.cli.nodes import Place
from tfaip.params.config.entry import Entry
from tfaip.params.config.values import ConfigValues
from tfaip.params.decode import CLASS_KEY

Layers = FrozenSet[int]
Find = Callable[[str], Optional[str]]


class FileClass(NamedTuple):
    """The class that the files choose at a place.

    Attributes:
        is_named: Whether they name one, or say that there is none.
        name: The class; None if there is none, or if the data of the tree do not know it.
        by_layer: The choices with the layers of their files.
    """

    is_named: bool
    name: Optional[str] = None
    by_layer: Tuple[Tuple[int, Optional[str]], ...] = ()

    def void(self, chosen: Optional[str], layers: int) -> Layers:
        """Return the layers that are for another class than the one that is chosen in the end."""
        void = set()
        for layer in range(layers):
            then = [name for number, name in self.by_layer if number <= layer]
            if then and then[-1] != chosen:
                void.add(layer)
        return frozenset(void)


class FileClasses:
    """Finds the choices of configuration files.

    Args:
        values: What the files say; None without files.
    """

    def __init__(self, values: Optional[ConfigValues] = None):
        self._values = values or ConfigValues([])
        self.layers = len(self._values.files)

    @property
    def all_layers(self) -> Layers:
        """The layers of all files."""
        return frozenset(range(self.layers))

    def chosen(self, place: Place, void: Layers, find: Find, declared: Optional[str] = None) -> FileClass:
        """Return the class that the files choose.

        Args:
            place: The dataclass.
            void: The layers that do not count here.
            find: Returns the class of a name.
            declared: The class that stands there if nothing is present and a file sets its fields.
        """
        entries = [*self._values.entries(place, "", void), *self._values.entries(place, f".{CLASS_KEY}", void)]
        named = sorted((e for e in entries if e.value is None or isinstance(e.value, str)), key=lambda e: e.layer)
        if named:
            found = tuple((entry.layer, find(entry.value) if entry.value else None) for entry in named)
            return FileClass(True, found[-1][1], found)
        if declared is not None and any(isinstance(entry.value, dict) for entry in entries):
            return FileClass(True, declared)
        return FileClass(False)

    def elements(self, place: Place, void: Layers, is_dict: bool) -> Optional[Tuple[List[str], Layers]]:
        """Return the keys of the elements that the files give, with the layers that are for others; None without."""
        whole = [entry for entry in self._values.entries(place, "", void) if _is_whole(entry, is_dict)]
        if not whole:
            return None
        return [key for key, _ in whole[-1].children()], frozenset(range(whole[-1].layer))


def _is_whole(entry: Entry, is_dict: bool) -> bool:
    return entry.value is None or isinstance(entry.value, dict if is_dict else list)
