# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which flags apply to a command line, found in the plain data of a tree.

The walk is that of `tfaip.params.cli.grow`, without classes; the names of the flags come from the same `Place`.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Dict, List, Optional, Tuple

from tfaip.params.cli.arguments import normalised, spelled
from tfaip.params.cli.nodes import SEPARATOR, Place
from tfaip.params.completion.fileclasses import FileClass, FileClasses, Layers
from tfaip.params.completion.plaintree import BRANCH, CLASSES, GROUP, LEAF, ROOTS, SPELLINGS, PlainTree
from tfaip.params.config.entry import Entry
from tfaip.params.config.values import ConfigValues
from tfaip.params.decode import CLASS_KEY
from tfaip.params.fieldtypes import ANY, FieldSpec

Plain = Dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Flag:
    """A flag that applies.

    Attributes:
        names: Its names without dashes, the canonical one first.
        values: The values that can be offered, empty if any can stand there.
        several: Whether it takes several values.
        is_text: Whether a value could name a file.
        help: What it sets.
    """

    names: Sequence[str]
    values: Sequence[str]
    several: bool = False
    is_text: bool = False
    help: str = ""


class PresentFlags:
    """Finds the flags that apply to the choices of a command line.

    Args:
        tree: The data of the tree.
        given: The values of the flags on the line, by normalised names.
        stored: Parameters of a run that are the defaults, as a file has them, by the names of the roots.
        files: The configuration files on the line, later ones last.
    """

    def __init__(
        self,
        tree: PlainTree,
        given: Mapping[str, Sequence[str]],
        stored: Optional[Mapping[str, Any]] = None,
        files: Sequence[Entry] = (),
    ):
        self._tree = tree
        self._spellings = {normalised(old): normalised(new) for old, new in tree[SPELLINGS].items()}
        self._given = {self.canonical(name): values for name, values in given.items()}
        self._stored = stored or {}
        self._files = FileClasses(ConfigValues(files, tree[SPELLINGS]))

    def canonical(self, name: str) -> str:
        """Return the name of a flag for which another spelling stands."""
        return spelled(name, self._spellings)

    def flags(self) -> Iterator[Flag]:
        """Yield the flags in the order of the help."""
        for root in self._tree[ROOTS]:
            flag = "" if root["flat"] else root["name"]
            place = Place(flag, "", (flag,) if flag else (), root["name"])
            yield from self._branch(root["node"], _At(place, self._stored.get(root["name"]), flat=root["flat"]))

    def _nodes(self, fields: List[Plain], at: "_At") -> Iterator[Flag]:
        for field in fields:
            value = at.stored.get(field["name"]) if isinstance(at.stored, Mapping) else None
            inner = _At(at.place.child(_spec(field), at.flat), value, at.void, field["help"])
            node = field["node"]
            if node["kind"] == LEAF:
                yield Flag(_names(inner.place), node["values"], node["several"], node["is_text"], field["help"])
            elif node["kind"] == BRANCH:
                yield from self._branch(node, inner)
            elif node["kind"] == GROUP:
                yield from self._group(node, inner)

    def _branch(self, node: Plain, at: "_At") -> Iterator[Flag]:
        if node["selectable"] and not at.flat:
            yield Flag(_names(at.place), _shown(node) + ["none"] * node["optional"], help=at.help)
        chosen: Optional[str] = _find(node, at.stored.get(CLASS_KEY)) if isinstance(at.stored, Mapping) else None
        chosen = chosen or node["present"]
        declared = node["declared"] if chosen is None else None
        of_files = FileClass(False)
        if node["selectable"]:
            of_files = self._files.chosen(at.place, at.void, lambda name: _find(node, name), declared)
        if of_files.is_named:
            chosen = of_files.name
        values = self._values(at.place) if node["selectable"] else None
        if values:
            chosen = _find(node, values[0])
        if chosen is not None:
            void = at.void | of_files.void(chosen, self._files.layers)
            yield from self._nodes(self._tree[CLASSES][chosen], dataclasses.replace(at, void=void))

    def _group(self, node: Plain, at: "_At") -> Iterator[Flag]:
        yield Flag(_names(at.place), [] if node["is_dict"] else _shown(node), several=True, help=at.help)
        elements, void = self._elements(node, at)
        for key, element in elements.items():
            is_stored = isinstance(at.stored, list) and key.isdigit() and int(key) < len(at.stored)
            inner = at.stored[int(key)] if is_stored else None
            yield from self._branch(element, _At(at.place.element(key, SEPARATOR), inner, at.void | void, at.help))

    def _elements(self, node: Plain, at: "_At") -> Tuple[Dict[str, Plain], Layers]:
        """Return the elements, and the layers of the files that are for other ones."""
        values = self._values(at.place)
        of_files = self._files.elements(at.place, at.void, node["is_dict"])
        if values is not None:
            return self._elements_of(node, values), self._files.all_layers
        if of_files is not None:
            keys, void = of_files
            return {key: _element(node, node["declared"]) for key in keys}, void
        if isinstance(at.stored, list) and not node["is_dict"]:
            values = [str(item.get(CLASS_KEY, "")) if isinstance(item, Mapping) else "" for item in at.stored]
            return self._elements_of(node, values), frozenset()
        return dict(node["elements"]), frozenset()

    def _elements_of(self, node: Plain, values: Sequence[str]) -> Dict[str, Plain]:
        elements: Dict[str, Plain] = {}
        for index, value in enumerate(values):
            key, equals, name = value.partition("=") if node["is_dict"] else (str(index), "=", value)
            elements[key] = _element(node, _find(node, name) if equals else node["declared"])
        return elements

    def _values(self, place: Place) -> Optional[Sequence[str]]:
        return next((self._given[name] for name in place.aliases if name in self._given), None)


@dataclasses.dataclass(frozen=True)
class _At:
    """Where the walk is.

    Attributes:
        place: The place.
        stored: What the file of a run has there.
        void: The layers of configuration files that do not count there.
        help: The help of the field.
        flat: Whether all fields are root flags.
    """

    place: Place
    stored: Any
    void: Layers = frozenset()
    help: str = ""
    flat: bool = False


def _element(node: Plain, present: Optional[str]) -> Plain:
    choice = {"selectable": True, "optional": False, "present": present, "declared": None, "choices": node["choices"]}
    return {"kind": BRANCH, **choice}


def _spec(field: Plain) -> FieldSpec:
    metadata = {key: field[key] for key in ("mode", "separator", "spellings") if key in field}
    return FieldSpec(field["name"], ANY, dataclasses.field(metadata=metadata))


def _names(place: Place) -> Sequence[str]:
    return [place.flag, *(alias for alias in place.aliases if alias != place.flag)]


def _shown(node: Plain) -> List[str]:
    """Return the names that the help shows, too; a class that has only ``module:Class`` is not among the choices."""
    names = [choice["names"][0] for choice in node["choices"]]
    return [name for name in names if ":" not in name]


def _find(node: Plain, name: Any) -> Optional[str]:
    """Return the class that a name chooses, None if none or if the data does not know it."""
    for fold in (str, str.lower):
        for choice in node["choices"]:
            if isinstance(name, str) and fold(name) in map(fold, choice["names"]):
                return str(choice["class"])
    return None
