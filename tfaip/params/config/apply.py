# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Let configuration files choose and set parameters while the tree of flags grows."""

import contextlib
import copy
import dataclasses
import inspect
from dataclasses import MISSING
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Tuple, Union

from tfaip.params.cli.choices import ChoiceField
from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.cli.nodes import FAILED, SEPARATOR, Branch, Group, Leaf, Place
from tfaip.params.cli.values import ValueMistake, is_none
from tfaip.params.config.entry import Entry
from tfaip.params.config.leafvalue import read_value
from tfaip.params.config.values import ConfigValues
from tfaip.params.config.wrongvalue import wrong_values
from tfaip.params.decode import CLASS_KEY
from tfaip.params.fieldtypes import Kind, field_specs
from tfaip.util.classref import class_reference, is_parameter_class, resolve_class
from tfaip.util.errors import UserError


class ConfigApplier:
    """Gives each entry of the configuration files to its parameter.

    Args:
        values: What the files say.
    """

    def __init__(self, values: ConfigValues):
        self.values = values
        self.mistakes: List[Mistake] = []
        self._void: FrozenSet[int] = frozenset()
        self._layers = len(values.files)

    def touches(self, place: Place) -> bool:
        """Return whether a file says something about a parameter or what is below it."""
        return self.values.touches(place)

    def _entries(self, place: Place, below: str = "") -> List[Entry]:
        return self.values.entries(place, below, self._void)

    # ------------------------------------------------------------------ values
    def set_leaf(self, leaf: Leaf) -> None:
        """Set the value of a parameter; the last file wins, but each must be right."""
        entries = self._entries(leaf.place)
        self.values.take(entries, leaf.place, closed=True)
        for entry in entries:
            leaf.configured = entry.where
            try:
                value = read_value(leaf.spec, entry, leaf.default)
                leaf.value = copy.deepcopy(leaf.default) if value is MISSING else value
            except (ValueMistake, UserError) as e:
                leaf.value = FAILED
                self.mistakes += wrong_values(entry, leaf, e)

    # ------------------------------------------------------------------ classes
    def choose(self, branch: Branch) -> None:
        """Choose the class that the files name, and note which of them are for another one."""
        if branch.tuple_like:
            self._name_values_in_order(branch)
        entries = [entry for entry in self._entries(branch.place) if not entry.is_container]
        entries += self._entries(branch.place, f".{CLASS_KEY}")
        entries = [entry for entry in entries if _names_class(entry) and self._applies(branch, entry)]
        entries.sort(key=lambda entry: entry.layer)
        self.values.take(entries, branch.place)
        chosen = [(entry.layer, self._class_of(branch, entry)) for entry in entries]
        if chosen:
            branch.cls, branch.configured = chosen[-1][1], entries[-1].where
            branch.chosen = branch.chosen or branch.selectable
        elif branch.cls is None:
            self._choose_declared(branch)
        branch.choices_of_files = chosen

    def _name_values_in_order(self, branch: Branch) -> None:
        """Let a list set the fields of a dataclass in their order, as the flag does."""
        cls = branch.cls or (branch.spec.type.type if branch.spec else None)
        names = [spec.name for spec in field_specs(cls).values() if spec.field.init and spec.mode != "ignore"]
        for entry in self._entries(branch.place):
            if not isinstance(entry.value, list):
                continue
            self.values.take([entry], branch.place)
            branch.cls, branch.chosen, branch.configured = cls, True, entry.where
            if len(entry.value) > len(names):
                entry.closed = True
                what = f"{entry.name} takes up to {len(names)} values."
                where = f"{entry.where}, {branch.place.path}"
                self.mistakes.append(Mistake(what, expected=" ".join(names), got=entry.show(), where=where))
                continue
            for name, child in zip(names, entry.value, strict=False):
                self.values.rename(child, f"{entry.path}{SEPARATOR}{name}")

    def _applies(self, branch: Branch, entry: Entry) -> bool:
        """Return whether a name can be meant for a dataclass: its class may be fixed, its flag that of another, too."""
        if branch.selectable or (entry.value is None and _nullable(branch)):
            return True
        if not isinstance(branch.cls, type) or not isinstance(entry.value, str):
            return False
        if entry.value == class_reference(branch.cls):
            return True
        return ":" not in entry.value and branch.choice.find(entry.value, "")[0] is branch.cls

    def _class_of(self, branch: Branch, entry: Entry) -> Any:
        name = entry.value
        if name is None or (branch.choice.optional and is_none([name])):
            return None if _nullable(branch) else self._refuse_null(branch.choice, entry, branch.place)
        if isinstance(branch.cls, type) and name == class_reference(branch.cls):
            return branch.cls
        shown = entry.name.removesuffix(f".{CLASS_KEY}")
        try:
            if ":" in name:
                # Here, since ChoiceField.find trusts what a user types; the module is imported only if it is trusted.
                found = resolve_class(name, where=f"{entry.where}, {branch.place.path}", folder=entry.folder)
                if found not in branch.choice.choices and not is_parameter_class(found):
                    raise UserError(f"{name} is no class of parameters.", expected=listing(branch.choice.names()))
            cls, mistake = branch.choice.find(name, shown)
        except UserError as e:
            cls, mistake = None, Mistake(e.what, expected=e.expected, got=e.got or name, hint=e.hint)
        if mistake is None:
            return cls
        self.mistakes.append(dataclasses.replace(mistake, where=f"{entry.where}, {branch.place.path}"))
        return FAILED

    def _refuse_null(self, choice: ChoiceField, entry: Entry, place: Place) -> Any:
        expected = listing(choice.names()) or None
        self.mistakes.append(
            Mistake(f"{entry.name} cannot be null.", expected=expected, where=f"{entry.where}, {place.path}")
        )
        return FAILED

    def refuse_unnamed(self, branch: Branch) -> None:
        """Refuse an element for which a file does not name the class, although the declared one is abstract."""
        entry = next((entry for entry in self._entries(branch.place) if isinstance(entry.value, dict)), None)
        if entry is not None:
            branch.cls = FAILED
            expected, where = listing(branch.choice.names()) or None, f"{entry.where}, {branch.place.path}"
            self.mistakes.append(Mistake(f"{entry.name} has no {CLASS_KEY}.", expected=expected, where=where))

    def _choose_declared(self, branch: Branch) -> None:
        """Take the declared class where nothing is present, but a file sets its fields."""
        declared = branch.spec.type.type if branch.spec is not None else branch.choice.declared
        if not isinstance(declared, type) or inspect.isabstract(declared) or not dataclasses.is_dataclass(declared):
            return
        names = field_specs(declared)
        for entry in self._entries(branch.place):
            if isinstance(entry.value, dict) and all(str(key) in names for key in entry.value):
                branch.cls, branch.chosen, branch.configured = declared, True, entry.where

    # ------------------------------------------------------------------ lists and dicts of dataclasses
    def give_elements(self, group: Group) -> Optional[Dict[str, Tuple[Any, Any]]]:
        """Return the class and the default of each element if the files give all elements; None for no value.

        ``group.chosen`` tells whether they do.
        """
        entries = [entry for entry in self._entries(group.place) if _is_whole(group, entry)]
        if not entries:
            return None
        self.values.take(entries, group.place)
        last = entries[-1]
        group.chosen, group.configured = True, last.where
        group.void = frozenset(range(last.layer))
        if last.value is None:
            return None
        item = group.spec.type.item
        declared = item.type if item.kind is Kind.DATACLASS else None
        return {key: (declared, MISSING) for key, _ in last.children()}

    def replaced_by_line(self, node: Union[Branch, Group]) -> None:
        """Let all files have no effect on what is below."""
        node.void = frozenset(range(self._layers))

    # ------------------------------------------------------------------ what is below
    @contextlib.contextmanager
    def inside(self, node: Union[Branch, Group]) -> Iterator[None]:
        """Shut out the files that are for another class or for other elements, while their fields grow."""
        if isinstance(node, Branch):
            node.void |= self._void_layers(node)
        before, self._void = self._void, self._void | node.void
        self.values.drop(node.place, node.void)
        yield
        self._void = before

    def _void_layers(self, branch: Branch) -> FrozenSet[int]:
        void = []
        for layer in range(self._layers):
            chosen = [cls for number, cls in branch.choices_of_files if number <= layer]
            if branch.cls is FAILED or (chosen and not _can_stand_for(branch.cls, chosen[-1])):
                void.append(layer)
        return frozenset(void)


def _can_stand_for(cls: Any, other: Any) -> bool:
    if isinstance(cls, type) and isinstance(other, type):
        return issubclass(cls, other)
    return cls is other


def _names_class(entry: Entry) -> bool:
    return entry.value is None or isinstance(entry.value, str)


def _nullable(branch: Branch) -> bool:
    return branch.choice.optional or branch.default is None


def _is_whole(group: Group, entry: Entry) -> bool:
    """Return whether a value gives all elements; a mapping of indices changes elements of a list."""
    if entry.value is None:
        return group.spec.type.optional or group.default is None
    if group.spec.type.kind is Kind.DICT:
        return isinstance(entry.value, dict)
    return isinstance(entry.value, list)
