# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Grow the tree of flags along the choices of a command line."""

import contextlib
import copy
import dataclasses
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any, ContextManager, Dict, List, Optional, Sequence, Tuple, Union

from tfaip.params.cli.arguments import Assignment, Assignments
from tfaip.params.cli.choices import ChoiceField
from tfaip.params.cli.defaults import check_default, elements_of
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.nodes import (
    FAILED,
    SEPARATOR,
    Branch,
    Fixed,
    Group,
    Leaf,
    Node,
    Place,
    Root,
    has_flag,
    holds_dataclass,
    holds_dataclasses,
)
from tfaip.params.cli.values import ValueMistake, is_none, parse_scalar, parse_values, value_mistake
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec, field_specs

if TYPE_CHECKING:
    from tfaip.params.config.apply import ConfigApplier


class Grower:
    """Builds the tree of flags, and gives each flag of the command line to its parameter.

    Args:
        assignments: The flags of the command line.
        config: What configuration files say; the command line wins over it.
    """

    def __init__(self, assignments: Assignments, config: "Optional[ConfigApplier]" = None):
        self.assignments = assignments
        self.config = config
        self.mistakes: List[Mistake] = []
        self._ignore: Tuple[str, ...] = ()
        self._tuple_values: Dict[int, Tuple[Assignment, List[FieldSpec]]] = {}

    def grow(self, root: Root) -> Branch:
        """Return the tree of one root dataclass."""
        self._ignore = root.ignore
        flag = "" if root.flat else root.name
        branch = Branch(
            place=Place(flag, "", (flag,) if flag else (), root.name),
            spec=None,
            choice=ChoiceField.of(None, root.dc_type, root.default, optional=False),
            cls=root.dc_type,
            default=root.default,
            selectable=not root.flat,
            flat=root.flat,
        )
        if root.default is not MISSING and root.default is not None:
            branch.cls = type(root.default)
        self._choose(branch)
        self._expand(branch)
        return branch

    def alternative(self, branch: Branch, cls: Any) -> Branch:
        """Return the tree that grows at a place if another class is chosen there; ``branch`` stays as it is."""
        other = dataclasses.replace(branch, cls=cls, children={})
        self._expand(other)
        return other

    def new_element(self, group: Group, key: str, cls: Any) -> Branch:
        """Return the tree of a new element of a list or dict; ``group`` stays as it is."""
        place = group.place.element(key, str(group.spec.meta("separator", SEPARATOR)))
        branch = Branch(place=place, spec=None, choice=group.choice, cls=cls, default=MISSING)
        self._expand(branch)
        return branch

    def _expand(self, branch: Branch) -> None:
        """Grow the fields of the chosen class."""
        with self._inside(branch):
            if isinstance(branch.cls, type):
                self._expand_fields(branch)

    def _inside(self, node: Union[Branch, Group]) -> ContextManager[None]:
        return contextlib.nullcontext() if self.config is None else self.config.inside(node)

    def _expand_fields(self, branch: Branch) -> None:
        default_cls: Any = type(branch.default)
        inherited = field_specs(default_cls) if branch.inherits else {}
        for spec in field_specs(branch.cls).values():
            if not spec.field.init:
                continue
            is_inherited = spec.name in inherited
            default = getattr(branch.default, spec.name) if is_inherited else spec.make_default()
            branch.children[spec.name] = self._child(branch, spec, default, is_inherited)

    def _child(self, branch: Branch, spec: FieldSpec, default: Any, inherited: bool) -> Node:
        fixed = Fixed(spec, copy.deepcopy(default) if inherited else MISSING)
        is_hidden = spec.mode == "ignore" or not has_flag(spec.type)
        if is_hidden and self.config is None:
            return fixed
        place = branch.place.child(spec, branch.flat)
        if any(place.flag.startswith(prefix) for prefix in self._ignore):
            return fixed
        if is_hidden:
            fixed.configured = self._hidden(place, spec, default, inherited)
            return fixed
        return self._node(place, spec, default, inherited)

    def _hidden(self, place: Place, spec: FieldSpec, default: Any, inherited: bool) -> Optional[Node]:
        """Return a field that only configuration files can set, None if they do not."""
        if self.config is None or not self.config.touches(place):
            return None
        assignments, self.assignments = self.assignments, Assignments([])
        node = self._node(place, spec, default, inherited)
        self.assignments = assignments
        return node

    def _node(self, place: Place, spec: FieldSpec, default: Any, inherited: bool) -> Node:
        if not has_flag(spec.type):
            return self._leaf(place, spec, default, inherited)
        if holds_dataclass(spec.type):
            return self._branch(place, spec, spec.type, default)
        if holds_dataclasses(spec.type):
            return self._group(place, spec, default)
        return self._leaf(place, spec, default, inherited)

    def _leaf(self, place: Place, spec: FieldSpec, default: Any, inherited: bool) -> Leaf:
        leaf = Leaf(place, spec, default, inherited)
        if self.config is not None:
            self.config.set_leaf(leaf)
        given = self.assignments.take(place.aliases)
        if given is not None:
            leaf.configured = None
            try:
                leaf.value = parse_values(spec, given.values)
            except ValueMistake as e:
                leaf.value = FAILED
                self.mistakes.append(value_mistake(given.flag, e))
        return leaf

    def _branch(self, place: Place, spec: FieldSpec, type_spec: TypeSpec, default: Any) -> Branch:
        check_default(place, default)
        declared = type_spec.type if type_spec.kind is Kind.DATACLASS else None
        fix_dc = bool(spec.meta("fix_dc", False))
        branch = Branch(
            place=place,
            spec=spec,
            choice=ChoiceField.of(spec, declared, default, type_spec.optional),
            cls=type(default) if default is not None and default is not MISSING else None,
            default=default,
            selectable=not fix_dc,
        )
        if branch.tuple_like:
            self._choose_by_config(branch)
            self._give_tuple(branch)
        else:
            self._choose(branch)
        if default is MISSING and branch.cls is None and not branch.chosen:
            self._choose_without_default(branch, declared, fix_dc, type_spec.optional)
        if branch.tuple_like:
            self._expand_with_tuple(branch)
        else:
            self._expand(branch)
        return branch

    def _choose_without_default(self, branch: Branch, declared: Any, fix_dc: bool, optional: bool) -> None:
        if fix_dc:
            branch.cls = declared
        elif not optional:
            branch.cls = FAILED
            self.mistakes.append(
                Mistake(f"--{branch.place.flag} is required.", expected=", ".join(branch.choice.names()) or None)
            )

    def _choose_by_config(self, branch: Branch) -> None:
        if self.config is not None:
            self.config.choose(branch)

    def _choose(self, branch: Branch) -> None:
        """Choose the class that the command line names, else that of the configuration files."""
        self._choose_by_config(branch)
        given = self.assignments.take(branch.place.aliases) if branch.selectable else None
        if given is None:
            return
        branch.chosen = True
        branch.cls = self._class_of(given.flag, given.values, branch.choice)

    def _class_of(self, flag: str, values: Sequence[str], choice: ChoiceField) -> Any:
        if choice.optional and is_none(values):
            return None
        if len(values) != 1:
            got, hint = " ".join(values) or "no value", None if values else f"{flag} --help explains them."
            self.mistakes.append(Mistake(f"{flag} takes one value.", f"one of {choice.expected()}", got, hint))
            return FAILED
        cls, mistake = choice.find(values[0], flag)
        if mistake is not None:
            self.mistakes.append(mistake)
            return FAILED
        return cls

    def _group(self, place: Place, spec: FieldSpec, default: Any) -> Group:
        choice = ChoiceField.of(spec, spec.type.item.type, MISSING, optional=False)
        if spec.type.item.kind is not Kind.DATACLASS:
            choice = dataclasses.replace(choice, declared=None, choices=[item.type for item in spec.type.item.items])
        group = Group(place, spec, choice, default)
        elements = None if self.config is None else self.config.give_elements(group)
        given = self.assignments.take(place.aliases)
        if given is not None:
            group.chosen = True
            if self.config is not None:
                self.config.replaced_by_line(group)
            self._give_elements(group, given)
        elif group.chosen:
            group.elements = None if elements is None else self._elements(group, elements)
        else:
            group.elements = None if default is None else self._elements(group, elements_of(default))
        return group

    def _give_elements(self, group: Group, given: Assignment) -> None:
        if group.spec.type.optional and is_none(given.values):
            return
        if not given.values and group.spec.meta("nargs", "*") == "+":
            group.failed = True
            self.mistakes.append(Mistake(f"{given.flag} takes at least one value.", got="no value"))
        classes: Dict[str, Any] = {}
        for index, value in enumerate(given.values):
            key, equals, name = value.partition("=") if group.spec.type.kind is Kind.DICT else (str(index), "=", value)
            cls: Any = group.spec.type.item.type if not equals else self._class_of(given.flag, [name], group.choice)
            group.failed = group.failed or cls is FAILED or key in classes
            if key in classes:
                self.mistakes.append(Mistake(f"{given.flag} has the key {key} twice.", got=" ".join(given.values)))
            classes[key] = cls
        group.elements = self._elements(group, {key: (cls, MISSING) for key, cls in classes.items()})

    def _elements(self, group: Group, elements: Dict[str, Tuple[Any, Any]]) -> Dict[str, Branch]:
        """Grow the elements of a list or dict out of the class and the default instance of each."""
        separator = str(group.spec.meta("separator", SEPARATOR))
        result = {}
        with self._inside(group):
            for key, (cls, default) in elements.items():
                branch = Branch(
                    place=group.place.element(key, separator), spec=None, choice=group.choice, cls=cls, default=default
                )
                self._choose(branch)
                if branch.cls is None and not branch.chosen:
                    self._choose_without_default(branch, None, fix_dc=False, optional=False)
                self._expand(branch)
                result[key] = branch
        return result

    def _give_tuple(self, branch: Branch) -> None:
        """Read the values of a dataclass that the command line gives in the order of its fields."""
        given = self.assignments.take(branch.place.aliases)
        if given is None:
            return
        if branch.choice.optional and is_none(given.values):
            branch.cls, branch.chosen = None, True
            return
        cls = branch.cls or (branch.spec.type.type if branch.spec else None)
        specs = [spec for spec in field_specs(cls).values() if spec.field.init and spec.mode != "ignore"]
        if not 0 < len(given.values) <= len(specs):
            branch.cls, branch.chosen = FAILED, True
            self.mistakes.append(
                Mistake(
                    f"{given.flag} takes up to {len(specs)} values.",
                    expected=" ".join(spec.name for spec in specs),
                    got=" ".join(given.values) or "no value",
                )
            )
            return
        branch.cls = cls
        branch.chosen = True
        self._tuple_values[id(branch)] = (given, specs)

    def _expand_with_tuple(self, branch: Branch) -> None:
        """Grow the fields of a dataclass; its own flags win over the values in order."""
        self._expand(branch)
        given, specs = self._tuple_values.pop(id(branch), (None, []))
        for spec, text in zip(specs, given.values if given else [], strict=False):
            leaf = branch.children[spec.name]
            if given is None or not isinstance(leaf, Leaf) or (leaf.value is not MISSING and not leaf.configured):
                continue
            leaf.configured = None
            try:
                leaf.value = parse_scalar(spec.type, text)
            except ValueMistake as e:
                leaf.value = FAILED
                self.mistakes.append(value_mistake(f"{given.flag} ({spec.name})", e))
