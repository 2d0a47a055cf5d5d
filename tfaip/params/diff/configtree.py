# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Configuration files as trees of parameters, without the classes of the scenario.

The walk follows that of the tree of flags (`tfaip.params.cli.grow`). The framework's classes tell the fields and the
flags of their own; what else there is, the tree tells that the file is compared with.
"""

import dataclasses
from dataclasses import MISSING
from typing import Any, Dict, List, Mapping, Optional, Tuple

from tfaip.params.cli.choices import ChoiceField
from tfaip.params.cli.nodes import SEPARATOR, Place, holds_dataclass, holds_dataclasses
from tfaip.params.config.entry import Entry
from tfaip.params.decode import CLASS_KEY
from tfaip.params.diff.compare import Complete, is_same_class
from tfaip.params.diff.forms import default_class, missing_defaults, plain_form, specs_of
from tfaip.params.diff.known import KnownClasses, Program
from tfaip.params.diff.put import put
from tfaip.params.diff.said import Said
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec
from tfaip.util.classref import class_reference
from tfaip.util.errors import UserTypeError

_ANY = ChoiceField(declared=None, choices=[])
# Stands before a name by which a parameter may be called, though no known class says so.
_GUESS = "?"


def config_tree(
    config: Entry, program: Program, known: KnownClasses, reference: Mapping[str, Any], is_partial: bool = False
) -> Dict[str, Any]:
    """Return the tree of a configuration file: only what it says.

    Args:
        config: The mapping of the file.
        program: The program that reads it.
        known: The classes that are known.
        reference: The tree that it is compared with; the roots of the program have their names if there are several.
        is_partial: Whether the other tree leaves out what it does not change, as that of a configuration does.

    Raises:
        UserTypeError: A root is no mapping.
    """
    said = Said(config, program.spellings)
    first = _Walk(said, program, known, is_partial, {})
    first.roots(reference)
    walk = _Walk(said, program, known, is_partial, first.unique_names())
    tree = walk.roots(reference)
    for entry in said.left():
        put(tree, walk.path_of(entry.path), entry.plain())
    return tree if len(program.roots) > 1 else _opened(tree, next(iter(program.roots)), config)


def _opened(tree: Dict[str, Any], root: str, config: Entry) -> Dict[str, Any]:
    inner = tree.pop(root, {})
    if not isinstance(inner, dict):
        raise UserTypeError(
            f"{root} must be a mapping.", where=config.file, expected="name: value", got=config.at(root).show(40)
        )
    return {**inner, **tree}


class _Walk:
    """One walk through the tree.

    Args:
        said: What the file says.
        program: The program that reads it.
        known: The classes that are known.
        is_partial: Whether the other tree leaves out what it does not change.
        flat: Names that count as flags of their own, though no known class says so, each with its tree path.
    """

    def __init__(self, said: Said, program: Program, known: KnownClasses, is_partial: bool, flat: Mapping[str, str]):
        self._said = said
        self._program = program
        self._known = known
        self._is_partial = is_partial
        self._flat = flat
        self._taken_before = said.taken()
        self._unknown: Dict[str, List[str]] = {}
        self._places: Dict[str, Tuple[bool, str]] = {}

    def roots(self, reference: Mapping[str, Any]) -> Dict[str, Any]:
        """Return the tree of all roots."""
        tree = {}
        for name, cls in self._program.roots.items():
            inner = reference if len(self._program.roots) == 1 else reference.get(name)
            choice = ChoiceField.of(None, cls, MISSING, optional=False)
            value = self._branch(Place(name, "", (name,), name), choice, cls, inner)
            if value is not MISSING:
                tree[name] = value
        return tree

    def unique_names(self) -> Dict[str, str]:
        """Return the names of fields of unknown classes that may be flags: each with the path nearest to the root."""
        result = {}
        for name, paths in self._unknown.items():
            depths = sorted((path.count(SEPARATOR), path) for path in paths)
            if len(depths) == 1 or depths[0][0] < depths[1][0]:
                result[name] = depths[0][1]
        return result

    def path_of(self, name: str) -> List[str]:
        """Return the tree path of a name that no parameter has: below the nearest one that is known."""
        parts = name.split(SEPARATOR)
        for end in range(len(parts) - 1, 0, -1):
            _, path = self._places.get(SEPARATOR.join(parts[:end]), (False, None))
            if path is not None:
                return [*path.split(SEPARATOR), *parts[end:]]
        return parts

    # ------------------------------------------------------------------ names
    def _entries(self, place: Place, below: str = "") -> List[Entry]:
        """Return what the file says of a parameter; a guessed name has only what no other parameter took."""
        certain = [name for name in _names(place) if not name.startswith(_GUESS)]
        guessed = [name.removeprefix(_GUESS) for name in _names(place) if name.startswith(_GUESS)]
        left = [entry for entry in self._said.at(guessed, below) if id(entry) not in self._taken_before]
        return [*self._said.at(certain, below), *left]

    def _keys_below(self, place: Place) -> List[str]:
        return self._said.below(name.removeprefix(_GUESS) for name in _names(place))

    def _note(self, place: Place, is_own: bool) -> None:
        """Remember where names lead to; an unknown class is more likely to have more fields than a known one."""
        for name in _names(place):
            name = name.removeprefix(_GUESS)
            if name not in self._places or (self._places[name][0] and not is_own):
                self._places[name] = (is_own, place.path)

    def _unknown_child(self, place: Place, key: str) -> Place:
        child = place.element(key, SEPARATOR)
        child.path = f"{place.path}{SEPARATOR}{key}"
        self._unknown.setdefault(key.replace("-", "_"), []).append(child.path)
        if self._flat.get(key.replace("-", "_")) == child.path:
            child.aliases = (*child.aliases, _GUESS + key.replace("-", "_"))
        return child

    # ------------------------------------------------------------------ values
    def _take(self, entries: List[Entry]) -> Any:
        for entry in entries:
            self._said.take(entry)
        return entries[-1].plain() if entries else MISSING

    def _field(self, place: Place, spec: FieldSpec, reference: Any) -> Any:
        if holds_dataclass(spec.type):
            default = default_class(spec)
            choice = ChoiceField.of(spec, declared_class(spec.type), MISSING, spec.type.optional)
            choice = dataclasses.replace(choice, default=default)
            return self._branch(place, choice, default, reference, selectable=not spec.meta("fix_dc", False))
        if holds_dataclasses(spec.type):
            choice = ChoiceField.of(spec, declared_class(spec.type.item), MISSING, optional=False)
            return self._group(place, choice, reference, is_dict=spec.type.kind is Kind.DICT)
        value = self._take(self._entries(place))
        return value if value is MISSING else plain_form(spec.type, value)

    def _unknown_value(self, place: Place, reference: Any) -> Any:
        """Return the value of a field of an unknown class, as the other tree shows what it is."""
        if isinstance(reference, list) and any(isinstance(item, Mapping) for item in reference):
            return self._group(place, _ANY, reference, is_dict=False)
        if isinstance(reference, Mapping) and (CLASS_KEY in reference or self._is_partial):
            return self._branch(place, _ANY, None, reference)
        if isinstance(reference, Mapping) and any(isinstance(item, Mapping) for item in reference.values()):
            return self._group(place, _ANY, reference, is_dict=True)
        entries = self._entries(place)
        if not entries and isinstance(reference, Mapping):
            return self._fields(place, None, None, reference) or MISSING
        if not entries or (any(_is_object(entry) for entry in entries) and not isinstance(reference, Mapping)):
            return MISSING
        value = self._take(entries)
        return Complete(value) if isinstance(value, dict) else value

    # ------------------------------------------------------------------ dataclasses
    def _branch(
        self, place: Place, choice: ChoiceField, default: Optional[type], reference: Any, selectable: bool = True
    ) -> Any:
        present = reference if isinstance(reference, Mapping) else {}
        entries = [entry for entry in self._entries(place) if not entry.is_container]
        named = [entry for entry in entries if entry.value is None or (selectable and isinstance(entry.value, str))]
        named += self._entries(place, f".{CLASS_KEY}")
        name = self._take(named)
        if name is None or (choice.optional and str(name).lower() in ("none", "null")):
            return None
        cls, declared = self._known.get(present.get(CLASS_KEY)), choice.declared
        if CLASS_KEY not in present and name is MISSING:
            # Its class is the default, or the scenario has put another one there.
            cls, declared = (None, default or declared) if selectable else (default, default)
        if isinstance(name, str):
            same = is_same_class(name, present.get(CLASS_KEY))
            cls = self._known.find(name, choice) or (cls if same else None)
            present = present if same or cls is not None else {}
        self._note(place, cls is not None)
        result = self._fields(place, cls, declared, present)
        if isinstance(name, str):
            result[CLASS_KEY] = class_reference(cls) if cls is not None else name
        return result or MISSING

    def _fields(
        self, place: Place, cls: Optional[type], declared: Optional[type], present: Mapping[str, Any]
    ) -> Dict[str, Any]:
        self._name_values_in_order(place, present)
        specs = specs_of(cls or declared)
        values = {key: self._field(place.child(spec), spec, present.get(key)) for key, spec in specs.items()}
        if cls is None:
            others = [key for key in present if key not in specs and key != CLASS_KEY]
            values |= {key: self._unknown_value(self._unknown_child(place, key), present[key]) for key in others}
        return {key: value for key, value in values.items() if value is not MISSING}

    def _name_values_in_order(self, place: Place, present: Mapping[str, Any]) -> None:
        """Let a list set the fields of a dataclass in their order, as a flag may."""
        for entry in self._entries(place):
            if isinstance(entry.value, list) and place.path not in self._program.roots:
                names = [key for key in present if key != CLASS_KEY]
                for name, (_, child) in zip(names, entry.children(), strict=False):
                    self._said.rename(child, f"{entry.path}{SEPARATOR}{name}")

    # ------------------------------------------------------------------ lists and dicts of dataclasses
    def _group(self, place: Place, choice: ChoiceField, reference: Any, is_dict: bool) -> Any:
        self._note(place, False)
        entries = self._entries(place)
        whole = [
            entry for entry in entries if entry.value is None or isinstance(entry.value, dict if is_dict else list)
        ]
        if not whole:
            keys = self._keys_below(place)
            changed = {key: self._element(place, choice, key, reference, False) for key in keys}
            return {key: value for key, value in changed.items() if value} or MISSING
        if whole[-1].value is None:
            return self._take(whole)
        elements = {key: self._element(place, choice, key, reference, True) for key, _ in whole[-1].children()}
        for entry in whole:
            if not entry.value:
                self._said.take(entry)
        return Complete(elements) if is_dict else list(elements.values())

    def _element(self, place: Place, choice: ChoiceField, key: str, reference: Any, is_whole: bool) -> Any:
        present = _element_of(reference, key)
        value = self._branch(place.element(key, SEPARATOR), choice, choice.declared, present)
        if not is_whole or value is None:
            return value
        result = {} if value is MISSING else value
        same = isinstance(present, Mapping)
        wanted = present if same else {}
        cls = self._known.get(result.get(CLASS_KEY, wanted.get(CLASS_KEY)))
        return {**missing_defaults(cls, result, wanted), **result}


def declared_class(spec: TypeSpec) -> Optional[type]:
    """Return the class of a dataclass field, None if it may hold several."""
    return spec.type if spec.kind is Kind.DATACLASS else None


def _names(place: Place) -> List[str]:
    return [*place.aliases, place.path.replace("-", "_")]


def _is_object(entry: Entry) -> bool:
    return isinstance(entry.value, dict) or any(isinstance(child.value, dict) for _, child in entry.children())


def _element_of(elements: Any, key: str) -> Any:
    if isinstance(elements, Mapping):
        return next((item for name, item in elements.items() if str(name).replace("-", "_") == key), None)
    if isinstance(elements, list) and key.isdigit() and int(key) < len(elements):
        return elements[int(key)]
    return None
