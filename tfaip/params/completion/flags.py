# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which flags apply to a command line, found in the plain data of a tree.

The walk is that of `tfaip.params.cli.grow`, without classes; the names of the flags come from the same `Place`.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Dict, List, Optional

from tfaip.params.cli.arguments import normalised, spelled
from tfaip.params.cli.nodes import SEPARATOR, Place
from tfaip.params.completion.plaintree import BRANCH, CLASSES, GROUP, LEAF, ROOTS, SPELLINGS, PlainTree
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
    """

    def __init__(self, tree: PlainTree, given: Mapping[str, Sequence[str]], stored: Optional[Mapping[str, Any]] = None):
        self._tree = tree
        self._spellings = {normalised(old): normalised(new) for old, new in tree[SPELLINGS].items()}
        self._given = {self.canonical(name): values for name, values in given.items()}
        self._stored = stored or {}

    def canonical(self, name: str) -> str:
        """Return the name of a flag for which another spelling stands."""
        return spelled(name, self._spellings)

    def flags(self) -> Iterator[Flag]:
        """Yield the flags in the order of the help."""
        for root in self._tree[ROOTS]:
            flag = "" if root["flat"] else root["name"]
            place = Place(flag, "", (flag,) if flag else (), root["name"])
            yield from self._branch(root["node"], place, "", self._stored.get(root["name"]), root["flat"])

    def _nodes(self, fields: List[Plain], place: Place, flat: bool, stored: Any) -> Iterator[Flag]:
        for field in fields:
            inner = place.child(_spec(field), flat)
            value = stored.get(field["name"]) if isinstance(stored, Mapping) else None
            node = field["node"]
            if node["kind"] == LEAF:
                names = _names(inner)
                yield Flag(names, node["values"], node["several"], node["is_text"], field["help"])
            elif node["kind"] == BRANCH:
                yield from self._branch(node, inner, field["help"], value)
            elif node["kind"] == GROUP:
                yield from self._group(node, inner, field["help"], value)

    def _branch(self, node: Plain, place: Place, text: str, stored: Any, flat: bool = False) -> Iterator[Flag]:
        if node["selectable"] and not flat:
            yield Flag(_names(place), _shown(node) + ["none"] * node["optional"], help=text)
        chosen: Optional[str] = _find(node, stored.get(CLASS_KEY)) if isinstance(stored, Mapping) else None
        chosen = chosen or node["present"]
        values = self._values(place) if node["selectable"] else None
        if values:
            chosen = _find(node, values[0])
        if chosen is not None:
            yield from self._nodes(self._tree[CLASSES][chosen], place, flat, stored)

    def _group(self, node: Plain, place: Place, text: str, stored: Any) -> Iterator[Flag]:
        yield Flag(_names(place), [] if node["is_dict"] else _shown(node), several=True, help=text)
        for key, element in self._elements(node, place, stored).items():
            inner = stored[int(key)] if isinstance(stored, list) and int(key) < len(stored) else None
            yield from self._branch(element, place.element(key, SEPARATOR), text, inner)

    def _elements(self, node: Plain, place: Place, stored: Any) -> Dict[str, Plain]:
        values = self._values(place)
        if values is None and isinstance(stored, list) and not node["is_dict"]:
            values = [str(item.get(CLASS_KEY, "")) if isinstance(item, Mapping) else "" for item in stored]
        if values is None:
            return dict(node["elements"])
        elements: Dict[str, Plain] = {}
        for index, value in enumerate(values):
            key, equals, name = value.partition("=") if node["is_dict"] else (str(index), "=", value)
            present = _find(node, name) if equals else node["declared"]
            choice = {"selectable": True, "optional": False, "present": present, "choices": node["choices"]}
            elements[key] = {"kind": BRANCH, **choice}
        return elements

    def _values(self, place: Place) -> Optional[Sequence[str]]:
        return next((self._given[name] for name in place.aliases if name in self._given), None)


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
