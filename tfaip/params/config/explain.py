# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Explain the entries of configuration files that no parameter took."""

from dataclasses import MISSING
from typing import Dict, List, Optional, Sequence, Tuple, Union

from tfaip.params.cli.diagnose import field_at, has_alternatives, has_failed, is_choice, nearest_flag
from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.cli.nodes import SEPARATOR, Branch, Fixed, Group, Leaf, walk
from tfaip.params.config.entry import Entry
from tfaip.params.config.values import ConfigValues
from tfaip.params.decode import CLASS_KEY
from tfaip.params.fieldtypes import field_specs

_Named = Union[Branch, Group, Leaf]


def unused_entries(values: ConfigValues, roots: Sequence[Branch], choices_known: bool = True) -> List[Mistake]:
    """Return a mistake for each entry that sets nothing, and for each that sets several parameters.

    Args:
        values: The files.
        roots: The tree of the parameters, fully grown.
        choices_known: Whether all choices are known; a file that cannot be read may have made others.
    """
    explainer = _Explainer(values, roots, choices_known)
    for file in values.files:
        for _, entry in file.children():
            explainer.visit(entry)
    return explainer.mistakes


class _Explainer:
    """Looks for entries without effect."""

    def __init__(self, values: ConfigValues, roots: Sequence[Branch], choices_known: bool):
        self.mistakes: List[Mistake] = []
        self._values = values
        self._roots = roots
        self._choices_known = choices_known
        self._by_name: Optional[Dict[str, List[_Named]]] = None

    @property
    def _nodes(self) -> Dict[str, List[_Named]]:
        """The nodes by all names that a file may have for them."""
        if self._by_name is None:
            self._by_name = {}
            for node in walk(self._roots, hidden=True):
                for name in self._values.names(node.place):
                    self._by_name.setdefault(name, []).append(node)
        return self._by_name

    def visit(self, entry: Entry) -> None:
        """Explain the entry, or what is in it."""
        targets = list(dict.fromkeys(entry.targets))
        if len(targets) > 1:
            what = f"{entry.name} names several parameters."
            self.mistakes.append(Mistake(what, expected=" or ".join(targets), where=entry.where))
        elif entry.dropped or entry.closed:
            return
        elif entry.is_container and entry.path in self._values.known and (entry.targets or self._may_contain(entry)):
            for _, child in entry.children():
                self.visit(child)
        elif not targets:
            mistake = self._explain(entry)
            if mistake is not None:
                self.mistakes.append(mistake)

    def _may_contain(self, entry: Entry) -> bool:
        """Return whether the form of a value fits one of the parameters that it names."""
        nodes = self._nodes.get(entry.path, [])
        return isinstance(entry.value, dict) and any(isinstance(node, (Branch, Group)) for node in nodes)

    def _explain(self, entry: Entry) -> Optional[Mistake]:
        for node in self._nodes.get(entry.path, []):
            return _wrong_form(entry, node)
        parent, name, nodes = self._parent(entry.path)
        if any(has_failed(node) or (not self._choices_known and is_choice(node)) for node in nodes):
            return None  # its place depends on a choice in which a mistake is reported already
        rest = entry.path[len(parent) + 1 :] if parent else entry.path
        for node in nodes:
            if isinstance(node, Branch):
                if _is_outdated(entry, rest, node):
                    return None
                mistake = _fixed_class(entry, rest, node) or _other_choice(entry, rest, node)
                mistake = mistake or _not_here(entry, rest, node)
            else:
                mistake = _no_such_element(entry, name, node)
            if mistake is not None:
                return mistake
        return self._unknown(entry, parent, nodes)

    def _parent(self, path: str) -> Tuple[str, str, List[_Named]]:
        """Return the longest known name that a path begins with, the next part, and the nodes of that name."""
        parts = path.split(SEPARATOR)
        for end in range(len(parts) - 1, 0, -1):
            parent = SEPARATOR.join(parts[:end])
            if parent in self._nodes:
                return parent, parts[end], self._nodes[parent]
        return "", parts[0], []

    def _unknown(self, entry: Entry, parent: str, nodes: List[_Named]) -> Mistake:
        siblings = [f"{parent}{SEPARATOR}{name}" for node in nodes for name in _fields_of(node)]
        if not parent:
            siblings = [name for name in self._nodes if SEPARATOR not in name]
        hint = _without_dashes(entry) or nearest_flag(entry.path, siblings) or self._nearest_elsewhere(entry)
        where = ", ".join([entry.where, *([nodes[0].place.path] if nodes else [])])
        chosen = next((node for node in nodes if isinstance(node, Branch) and has_alternatives(node)), None)
        what = f"Unknown key {entry.name}" + ("." if chosen is None else f"; {_chosen_name(chosen)} is chosen.")
        names = sorted({name.rpartition(SEPARATOR)[2] for name in siblings})
        expected = listing(names) if not hint or chosen is not None else None
        return Mistake(what, expected=expected or None, hint=hint, where=where)

    def _nearest_elsewhere(self, entry: Entry) -> Optional[str]:
        known = {node.place.flag or node.place.path for named in self._nodes.values() for node in named}
        return nearest_flag(entry.path, sorted(known))


def _without_dashes(entry: Entry) -> Optional[str]:
    """Return the hint for a key that is written as a flag."""
    parts = entry.name.split(SEPARATOR)
    if not any(part.startswith("-") for part in parts):
        return None
    return f"Write it without dashes: {SEPARATOR.join(part.lstrip('-') for part in parts)}"


def _chosen_name(branch: Branch) -> str:
    return branch.choice.display(branch.cls)


def _fields_of(node: _Named) -> List[str]:
    if isinstance(node, Group):
        return list(node.elements or {})
    if isinstance(node, Branch) and isinstance(node.cls, type):
        return [spec.name for spec in field_specs(node.cls).values() if spec.field.init]
    return []


def _where(entry: Entry, node: _Named, rest: str = "") -> str:
    return f"{entry.where}, {node.place.path}{SEPARATOR if rest else ''}{rest}"


def _wrong_form(entry: Entry, node: _Named) -> Mistake:
    """Explain a value at the place of a dataclass or of several that can be none of them."""
    got = f"{entry.show(40)} ({entry.kind()})"
    if isinstance(node, Branch) and not node.selectable and isinstance(entry.value, str):
        return _class_is_fixed(entry, node)
    if isinstance(node, Group):
        many = (
            "a mapping of names to mappings" if _is_dict(node) else "a list, or a mapping of indices to change elements"
        )
        return Mistake(f"{entry.name} has a wrong value.", expected=many, got=got, where=_where(entry, node))
    names = node.choice.names() if isinstance(node, Branch) and node.selectable else []
    expected = " or ".join(["a mapping of its fields", *([f"one of {listing(names)}"] if names else [])])
    return Mistake(f"{entry.name} has a wrong value.", expected=expected, got=got, where=_where(entry, node))


def _is_dict(group: Group) -> bool:
    return group.spec.type.type is dict


def _class_is_fixed(entry: Entry, node: Branch) -> Mistake:
    present = node.cls.__name__ if isinstance(node.cls, type) else "none"
    path = entry.name.removesuffix(f"{SEPARATOR}{CLASS_KEY}")
    what = f"The class of {path} cannot be chosen."
    return Mistake(what, expected=present, got=entry.show(), where=_where(entry, node))


def _fixed_class(entry: Entry, rest: str, node: Branch) -> Optional[Mistake]:
    if rest != CLASS_KEY:
        return None
    if not node.selectable:
        return _class_is_fixed(entry, node)
    expected = listing(node.choice.names()) or "package.module:Class"
    got = f"{entry.show(40)} ({entry.kind()})"
    return Mistake(f"{entry.name} has a wrong value.", expected=expected, got=got, where=_where(entry, node))


def _owners(rest: str, node: Branch) -> List[type]:
    """Return the classes, other than the chosen one, that have such a field."""
    return [cls for cls in node.choice.alternatives() if cls is not node.cls and field_at(cls, rest, hidden=True)]


def _is_outdated(entry: Entry, rest: str, node: Branch) -> bool:
    """Return whether a field fits the default's class, which a later file or the command line replaced."""
    default = type(node.default)
    if default is node.cls or not hasattr(default, "__dataclass_fields__") or field_at(default, rest, True) is None:
        return False
    chosen_then = [cls for layer, cls in node.choices_of_files if layer <= entry.layer]
    return not chosen_then


def _other_choice(entry: Entry, rest: str, node: Branch) -> Optional[Mistake]:
    """Explain a field of a class that is not chosen."""
    if not node.selectable:
        return None
    owners = _owners(rest, node)
    if not owners:
        return None
    names = " and ".join(node.choice.display(cls) for cls in owners)
    chosen = f"{_chosen_name(node)} is chosen."
    if node.spec is None and node.default is MISSING and not node.chosen:
        # The declared class of an element, which the file did not name.
        parts = entry.name.split(SEPARATOR)
        chosen = f"{SEPARATOR.join(parts[: -len(rest.split(SEPARATOR))])} has no {CLASS_KEY}."
    return Mistake(
        f"{entry.name} belongs to {names}; {chosen}",
        hint=f"Choose by {CLASS_KEY}: {node.choice.display(owners[0])}",
        where=_where(entry, node, rest),
    )


def _not_here(entry: Entry, rest: str, node: Branch) -> Optional[Mistake]:
    """Explain a field that the program sets itself."""
    name = rest.split(SEPARATOR)[0]
    child = node.children.get(name)
    if isinstance(node.cls, type) and isinstance(child, Fixed) and child.configured is None:
        hint = "The program sets this parameter itself."
        return Mistake(f"{entry.name} cannot be set here.", hint=hint, where=_where(entry, node, rest))
    return None


def _no_such_element(entry: Entry, name: str, node: Union[Group, Leaf]) -> Optional[Mistake]:
    if isinstance(node, Leaf):
        parts = len(entry.path.split(SEPARATOR)) - len(node.place.path.split(SEPARATOR))
        got = f"the key {SEPARATOR.join(entry.name.split(SEPARATOR)[-max(parts, 1) :])}"
        expected = node.spec.type.describe()
        return Mistake(f"{node.place.path} has no fields.", expected=expected, got=got, where=_where(entry, node))
    keys = list(node.elements or {})
    if name in keys:
        return None
    form = "a mapping of names" if _is_dict(node) else "a list"
    expected = f"one of {listing(keys)}" if keys else f"{form}: there are no elements to change"
    names = node.choice.names()
    hint = f"{form.capitalize()} gives all elements: {listing(names)}" if names else None
    what = f"{node.place.path} has no element {name}."
    return Mistake(what, expected=expected, hint=hint, where=_where(entry, node))
