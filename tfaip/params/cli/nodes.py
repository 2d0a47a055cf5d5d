# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tree of flags that grows from the root dataclasses."""

import dataclasses
from collections.abc import Iterable
from dataclasses import MISSING
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Tuple, Union

from tfaip.params.cli.arguments import Assignment
from tfaip.params.cli.choices import ChoiceField
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec

SEPARATOR = "."


class _Failed:
    """Stands for a value that could not be read; the mistake is recorded."""

    def __repr__(self) -> str:
        return "FAILED"


FAILED = _Failed()


@dataclasses.dataclass
class Root:
    """A root dataclass of a parser, see ``TFAIPArgumentParser.add_root_argument``."""

    name: str
    dc_type: type
    default: Any
    ignore: Tuple[str, ...]
    flat: bool


@dataclasses.dataclass
class Place:
    """Where a parameter stands on the command line.

    Attributes:
        flag: Its flag without dashes; empty for a flat root.
        prefix: What stands before its name in the flag; its children in mode ``ssnake`` hang here.
        aliases: All names by which the line may call it: the flag first, then its tree paths.
        path: Its path in the whole tree.
    """

    flag: str
    prefix: str
    aliases: Tuple[str, ...]
    path: str

    def child(self, spec: FieldSpec, flat: bool = False) -> "Place":
        """Return the place of a field of the dataclass that stands here."""
        mode = "flat" if flat else spec.mode
        separator = str(spec.meta("separator", SEPARATOR))
        if mode == "flat" or (mode == "snake" and not self.flag):
            prefix = ""
        elif mode == "ssnake":
            prefix = self.prefix
        else:
            prefix = f"{self.flag}{separator}"
        names = (spec.name, *spec.field.metadata.get("spellings", ()))
        return self._place(prefix, names, separator)

    def element(self, key: str, separator: str) -> "Place":
        """Return the place of an element of the list or dict that stands here."""
        return self._place(f"{self.flag}{separator}", (key,), separator)

    def _place(self, prefix: str, names: Tuple[str, ...], separator: str) -> "Place":
        aliases = [prefix + name for name in names]
        for alias in (*self.aliases, self.path):
            if alias:
                aliases += [alias + SEPARATOR + name for name in names]
                if separator != SEPARATOR:
                    aliases += [alias + separator + name for name in names]
        path = f"{self.path}{SEPARATOR}{names[0]}" if self.path else names[0]
        unique = dict.fromkeys(alias.replace("-", "_") for alias in aliases)
        return Place(prefix + names[0], prefix, tuple(unique), path)


@dataclasses.dataclass
class Fixed:
    """A field without flag.

    Attributes:
        spec: The field.
        value: Its value, MISSING to leave it to the constructor.
        configured: What configuration files make of it, None if they do not name it.
    """

    spec: FieldSpec
    value: Any
    configured: "Optional[Node]" = None


@dataclasses.dataclass
class Leaf:
    """A parameter whose flag takes values.

    Attributes:
        place: Its place.
        spec: The field.
        default: The value without the flag; MISSING if there is none.
        inherited: Whether the default comes from the given default instance, not from the class.
        value: The value of the command line, else of the configuration files; MISSING if it is not given.
        configured: The file and line that gave the value; None if no configuration file did.
        given: The flag that gave the value; None if none did.
    """

    place: Place
    spec: FieldSpec
    default: Any
    inherited: bool
    value: Any = dataclasses.field(default_factory=lambda: MISSING)  # "= MISSING" would mean: no default
    configured: Optional[str] = None
    given: Optional[Assignment] = None


@dataclasses.dataclass
class Branch:
    """A dataclass with its fields.

    Attributes:
        place: Its place.
        spec: The field that holds it; None for a root.
        choice: What may be chosen here.
        cls: The chosen class; None if the value is None, FAILED if a mistake was made.
        default: The default instance; None, or MISSING if there is none.
        selectable: Whether the class can be chosen on the command line.
        chosen: Whether the command line or a configuration file chose it.
        flat: Whether all fields are root flags.
        children: The fields by name.
        choices_of_files: The classes that configuration files chose, each with the layer of its file.
        void: The layers of configuration files that are for another class.
        configured: The file and line that chose the class; None if no configuration file did.
        given: The flag that chose the class; None if none did.
    """

    place: Place
    spec: Optional[FieldSpec]
    choice: ChoiceField
    cls: Any
    default: Any
    selectable: bool = True
    chosen: bool = False
    flat: bool = False
    children: "Dict[str, Node]" = dataclasses.field(default_factory=dict)
    choices_of_files: List[Tuple[int, Any]] = dataclasses.field(default_factory=list)
    void: FrozenSet[int] = frozenset()
    configured: Optional[str] = None
    given: Optional[Assignment] = None

    @property
    def tuple_like(self) -> bool:
        """Whether the flag takes the values of the fields in order."""
        return bool(self.spec and self.spec.meta("tuple_like", False))

    @property
    def inherits(self) -> bool:
        """Whether the values of the default instance hold for the class, too."""
        if self.default is None or self.default is MISSING or not isinstance(self.cls, type):
            return False
        return type(self.default) in self.cls.__mro__


@dataclasses.dataclass
class Group:
    """A list, tuple or dict of dataclasses.

    Attributes:
        place: Its place.
        spec: The field.
        choice: What each element may be.
        default: The default value; None, or MISSING if there is none.
        elements: The elements by index or key; None if the value is None.
        chosen: Whether the command line or a configuration file gave the elements.
        failed: Whether a mistake was made in the choice of the elements.
        void: The layers of configuration files that are for other elements.
        configured: The file and line that gave the elements; None if no configuration file did.
        given: The flag that gave the elements; None if none did.
    """

    place: Place
    spec: FieldSpec
    choice: ChoiceField
    default: Any
    elements: Optional[Dict[str, Branch]] = None
    chosen: bool = False
    failed: bool = False
    void: FrozenSet[int] = frozenset()
    configured: Optional[str] = None
    given: Optional[Assignment] = None


Node = Union[Fixed, Leaf, Branch, Group]


def walk(nodes: Iterable[Node], hidden: bool = False) -> Iterator[Union[Leaf, Branch, Group]]:
    """Yield all nodes with flags, parents first, in the order of the fields.

    Args:
        nodes: Where to begin.
        hidden: Whether those that only configuration files set are among them.
    """
    for node in nodes:
        if isinstance(node, Fixed):
            if hidden and node.configured is not None:
                yield from walk([node.configured], hidden)
            continue
        yield node
        if isinstance(node, Branch):
            yield from walk(node.children.values(), hidden)
        elif isinstance(node, Group):
            yield from walk((node.elements or {}).values(), hidden)


def flags_of(node: Union[Leaf, Branch, Group]) -> Tuple[str, ...]:
    """Return the names by which the command line can set a node itself; none if it cannot."""
    if isinstance(node, Branch) and not (node.selectable or node.tuple_like):
        return ()
    return tuple(alias for alias in node.place.aliases if alias)


def holds_dataclass(spec: TypeSpec) -> bool:
    """Return whether the value is one dataclass."""
    return spec.kind is Kind.DATACLASS or (spec.kind is Kind.UNION and all(map(holds_dataclass, spec.items)))


def holds_dataclasses(spec: TypeSpec) -> bool:
    """Return whether the value is a list, tuple or dict of dataclasses."""
    if spec.kind in (Kind.LIST, Kind.DICT) or (spec.kind is Kind.TUPLE and spec.variadic):
        return holds_dataclass(spec.item)
    return False


def has_flag(spec: TypeSpec) -> bool:
    """Return whether the command line can set a value of the type (it cannot write lists of lists of dataclasses)."""
    return not spec.items or all(not holds_dataclasses(item) and has_flag(item) for item in spec.items)
