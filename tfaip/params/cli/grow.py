# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Grow the tree of flags along the choices of a command line."""

import contextlib
import copy
import dataclasses
import inspect
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any, ContextManager, Dict, List, Optional, Tuple, Union

from tfaip.params.cli.arguments import Assignments
from tfaip.params.cli.choices import ChoiceField
from tfaip.params.cli.defaults import check_default, elements_of
from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.cli.given import LineReader
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
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec, field_specs

if TYPE_CHECKING:
    from tfaip.params.config.apply import ConfigApplier


class Grower:
    """Builds the tree of flags, and gives each flag of the command line to its parameter.

    Args:
        assignments: The flags of the command line.
        config: What configuration files say; the command line wins over it.

    Attributes:
        line: What the command line says.
        missing: The mistakes that a class must be chosen.
    """

    def __init__(self, assignments: Assignments, config: "Optional[ConfigApplier]" = None):
        self.line = LineReader(assignments)
        self.config = config
        self.missing: List[Mistake] = []
        self._ignore: Tuple[str, ...] = ()

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
        line, self.line = self.line, LineReader(Assignments([]))
        node = self._node(place, spec, default, inherited)
        self.line = line
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
        self.line.set_leaf(leaf)
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
            self.line.choose_of_tuple(branch)
        else:
            self._choose(branch)
        if default is MISSING and branch.cls is None and not branch.chosen:
            self._choose_without_default(branch, declared, fix_dc, type_spec.optional)
        self._expand(branch)
        self.line.set_fields_of_tuple(branch)
        return branch

    def _choose_without_default(self, branch: Branch, declared: Any, fix_dc: bool, optional: bool) -> None:
        if fix_dc:
            branch.cls = declared
        elif not optional:
            branch.cls = FAILED
            self.missing.append(
                Mistake(f"--{branch.place.flag} is required.", expected=listing(branch.choice.names()) or None)
            )

    def _choose_by_config(self, branch: Branch) -> None:
        if self.config is not None:
            self.config.choose(branch)

    def _choose(self, branch: Branch) -> None:
        """Choose the class that the command line names, else that of the configuration files."""
        self._choose_by_config(branch)
        if branch.selectable:
            self.line.choose(branch)

    def _group(self, place: Place, spec: FieldSpec, default: Any) -> Group:
        choice = ChoiceField.of(spec, spec.type.item.type, MISSING, optional=False)
        if spec.type.item.kind is not Kind.DATACLASS:
            choice = dataclasses.replace(choice, declared=None, choices=[item.type for item in spec.type.item.items])
        group = Group(place, spec, choice, default)
        elements = None if self.config is None else self.config.give_elements(group)
        classes = self.line.classes_of_elements(group)
        if group.given is not None:
            if self.config is not None:
                self.config.replaced_by_line(group)
            if classes is not None:
                group.elements = self._elements(group, {key: (cls, MISSING) for key, cls in classes.items()})
        elif group.chosen:
            group.elements = None if elements is None else self._elements(group, elements)
        else:
            group.elements = None if default is None else self._elements(group, elements_of(default))
        return group

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
                if self.config is not None and inspect.isabstract(branch.cls) and not branch.chosen:
                    self.config.refuse_unnamed(branch)
                if branch.cls is None and not branch.chosen:
                    self._choose_without_default(branch, None, fix_dc=False, optional=False)
                self._expand(branch)
                result[key] = branch
        return result
