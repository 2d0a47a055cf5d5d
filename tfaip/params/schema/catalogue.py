# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""All classes that the parameter trees of a program can hold, in every choice."""

import dataclasses
import inspect
from dataclasses import MISSING
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from tfaip.params.cli.arguments import Assignments
from tfaip.params.cli.grow import Grower
from tfaip.params.cli.nodes import Branch, Fixed, Group, Leaf, Node, Place, Root
from tfaip.params.codec import params_to_json
from tfaip.params.config.apply import ConfigApplier
from tfaip.params.config.values import ConfigValues

Chooser = Union[Branch, Group]
Settable = Union[Branch, Group, Leaf]


@dataclasses.dataclass
class Definition:
    """A class with the defaults that its fields have at some places.

    Attributes:
        name: A unique name.
        cls: The class.
        nodes: Its fields.
    """

    name: str
    cls: type
    nodes: Dict[str, Node]

    @property
    def fields(self) -> "Dict[str, Settable]":
        """The fields that a configuration file can set."""
        found = {name: settable(node) for name, node in self.nodes.items()}
        return {name: node for name, node in found.items() if node is not None}


class Location(NamedTuple):
    """Where a node is: the place of the dataclass that holds it, the name of its definition, the field in it."""

    node: Settable
    parent: Optional[Place]
    definition: str
    field: str


class _AllFields(ConfigApplier):
    """Lets the fields grow that only configuration files can set."""

    def touches(self, place: Place) -> bool:
        return True


def settable(node: Node) -> Optional[Settable]:
    """Return what a configuration file sets at a node, None if the program leaves the field out."""
    if not isinstance(node, Fixed):
        return node
    inner = node.configured
    return None if inner is None or isinstance(inner, Fixed) else inner


class Catalogue:
    """The definitions of all classes that can be chosen.

    A class has several definitions if its defaults differ: a scenario sets some, and another choice at the same place
    keeps those that it inherits.

    Args:
        roots: The trees of the program.
    """

    def __init__(self, roots: Sequence[Root]):
        self.definitions: Dict[str, Definition] = {}
        self._names: Dict[Tuple[type, str, Tuple[str, ...]], str] = {}
        self._roots = {root.name: root for root in roots}
        self._growers: Dict[str, Grower] = {}
        self.roots: Dict[str, Branch] = {}
        for root in roots:
            grower = self._growers[root.name] = Grower(Assignments([]), _AllFields(ConfigValues([])))
            self.roots[root.name] = grower.grow(root)
        for branch in self.roots.values():
            for cls in self.classes(branch):
                self.definition(branch, cls)

    def classes(self, node: Chooser) -> List[type]:
        """Return the classes that can stand at a place, the present one first."""
        present = [node.cls] if isinstance(node, Branch) and isinstance(node.cls, type) else []
        if isinstance(node, Branch) and not node.selectable:
            return present
        declared = [self.declared(node)] if not present and self.declared(node) is not None else []
        found = [*present, *declared, *node.choice.alternatives()]
        return [cls for cls in dict.fromkeys(found) if cls in present or not inspect.isabstract(cls)]

    def declared(self, node: Chooser) -> Any:
        """Return the class that stands there if none is present and none is named, None if one must be named."""
        spec = node.spec.type if node.spec is not None else None
        declared = node.choice.declared if spec is None else spec.item.type if isinstance(node, Group) else spec.type
        is_class = isinstance(declared, type) and dataclasses.is_dataclass(declared)
        return declared if is_class and not inspect.isabstract(declared) else None

    def definition(self, node: Chooser, cls: type) -> Definition:
        """Return the definition of a class at a place, with those of all that can be below it."""
        branch = self.grown(node, cls)
        key = (cls, _fingerprint(branch), self._root_of(node).ignore)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self._unique_name(cls)
            self.definitions[name] = Definition(name, cls, branch.children)
            for node_below in self.definitions[name].fields.values():
                if not isinstance(node_below, Leaf):
                    self._define_below(node_below)
        return self.definitions[name]

    def _define_below(self, node: Chooser) -> None:
        for cls in self.classes(node):
            self.definition(node, cls)
        if isinstance(node, Group):
            for element in (node.elements or {}).values():
                self._define_below(element)

    def grown(self, node: Chooser, cls: type) -> Branch:
        """Return the tree of a class at a place; for a list or dict that of a new element."""
        grower = self._growers[self._root_of(node).name]
        if isinstance(node, Group):
            return grower.new_element(node, "0", cls)
        return node if node.cls is cls else grower.alternative(node, cls)

    def _root_of(self, node: Chooser) -> Root:
        return self._roots[node.place.path.partition(".")[0]]

    def everywhere(self) -> Iterator[Location]:
        """Yield all nodes that can be set in all choices; a class is not entered again below itself."""
        for name, branch in self.roots.items():
            yield Location(branch, None, "", name)
            yield from self._below(branch, ())

    def _below(self, node: Chooser, above: Tuple[type, ...]) -> Iterator[Location]:
        for cls in self.classes(node):
            if cls in above:
                continue
            branch, definition = self.grown(node, cls), self.definition(node, cls)
            for name, node_below in branch.children.items():
                child = settable(node_below)
                if child is not None:
                    yield Location(child, branch.place, definition.name, name)
                if isinstance(child, (Branch, Group)):
                    yield from self._below(child, (*above, cls))
        if isinstance(node, Group):
            for element in (node.elements or {}).values():
                yield from self._below(element, above)

    def _unique_name(self, cls: type) -> str:
        name, number = cls.__name__, 1
        while name in self.definitions:
            number += 1
            name = f"{cls.__name__}.{number}"
        return name


def _fingerprint(branch: Branch) -> str:
    """Return a text that is the same for the same defaults."""
    if branch.default is MISSING or branch.default is None or not branch.inherits:
        return ""
    try:
        return params_to_json(branch.default)
    except (TypeError, ValueError):
        return f"at {branch.place.path}"  # a value that JSON cannot hold
