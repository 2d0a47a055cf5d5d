# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Let the flags of the command line choose and set parameters while the tree of flags grows."""

from dataclasses import MISSING
from typing import Any, Dict, List, Optional, Sequence, Tuple

from tfaip.params.cli.arguments import Assignment, Assignments
from tfaip.params.cli.choices import ChoiceField
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.nodes import FAILED, Branch, Group, Leaf
from tfaip.params.cli.values import ValueMistake, is_none, parse_scalar, parse_values, value_mistake
from tfaip.params.fieldtypes import FieldSpec, Kind, field_specs


class LineReader:
    """Gives each flag of the command line to its parameter.

    Args:
        assignments: The flags.
    """

    def __init__(self, assignments: Assignments):
        self.assignments = assignments
        self.mistakes: List[Mistake] = []
        self._tuples: Dict[int, Tuple[Assignment, List[FieldSpec]]] = {}

    def _tell(self, mistake: Mistake, given: Assignment) -> None:
        self.mistakes.append(mistake.at(given.position))

    # ------------------------------------------------------------------ values
    def set_leaf(self, leaf: Leaf) -> None:
        """Set the value of a parameter if its flag is given."""
        given = self.assignments.take(leaf.place.aliases)
        if given is None:
            return
        leaf.configured, leaf.given = None, given
        if given.is_repeated:
            leaf.value = FAILED
            return
        try:
            leaf.value = parse_values(leaf.spec, given.values)
        except ValueMistake as e:
            leaf.value = FAILED
            self._tell(value_mistake(given.flag, e), given)

    # ------------------------------------------------------------------ classes
    def choose(self, branch: Branch) -> None:
        """Choose the class that the flag of a dataclass names."""
        given = self.assignments.take(branch.place.aliases)
        if given is not None:
            branch.chosen, branch.configured, branch.given = True, None, given
            branch.cls = FAILED if given.is_repeated else self._class_of(given, given.values, branch.choice)

    def _class_of(self, given: Assignment, values: Sequence[str], choice: ChoiceField) -> Any:
        flag = given.flag
        if choice.optional and is_none(values):
            return None
        if len(values) != 1:
            got, hint = " ".join(values) or "no value", None if values else f"{flag} --help explains them."
            self._tell(Mistake(f"{flag} takes one value.", f"one of {choice.expected()}", got, hint), given)
            return FAILED
        cls, mistake = choice.find(values[0], flag)
        if mistake is not None:
            self._tell(mistake, given)
            return FAILED
        return cls

    # ------------------------------------------------------------------ lists and dicts of dataclasses
    def classes_of_elements(self, group: Group) -> Optional[Dict[str, Any]]:
        """Return the classes of the elements that the flag of a list or dict names, None if it gives no elements."""
        group.given = given = self.assignments.take(group.place.aliases)
        if given is None:
            return None
        group.chosen, group.configured, group.failed = True, None, given.is_repeated
        if group.failed or (group.spec.type.optional and is_none(given.values)):
            return None
        if not given.values and group.spec.meta("nargs", "*") == "+":
            group.failed = True
            self._tell(Mistake(f"{given.flag} takes at least one value.", got="no value"), given)
        classes: Dict[str, Any] = {}
        for index, value in enumerate(given.values):
            key, equals, name = value.partition("=") if group.spec.type.kind is Kind.DICT else (str(index), "=", value)
            cls: Any = group.spec.type.item.type if not equals else self._class_of(given, [name], group.choice)
            group.failed = group.failed or cls is FAILED or key in classes
            if key in classes:
                self._tell(Mistake(f"{given.flag} has the key {key} twice.", got=" ".join(given.values)), given)
            classes[key] = cls
        return classes

    # ------------------------------------------------------------------ dataclasses by the values of their fields
    def choose_of_tuple(self, branch: Branch) -> None:
        """Choose the class of a dataclass that the line gives by the values of its fields in their order."""
        given = self.assignments.take(branch.place.aliases)
        if given is None:
            return
        branch.chosen, branch.configured, branch.given = True, None, given
        if given.is_repeated:
            branch.cls = FAILED
            return
        if branch.choice.optional and is_none(given.values):
            branch.cls = None
            return
        cls = branch.cls or (branch.spec.type.type if branch.spec else None)
        specs = [spec for spec in field_specs(cls).values() if spec.field.init and spec.mode != "ignore"]
        if not 0 < len(given.values) <= len(specs):
            branch.cls = FAILED
            expected, got = " ".join(spec.name for spec in specs), " ".join(given.values) or "no value"
            self._tell(Mistake(f"{given.flag} takes up to {len(specs)} values.", expected=expected, got=got), given)
            return
        branch.cls = cls
        self._tuples[id(branch)] = (given, specs)

    def set_fields_of_tuple(self, branch: Branch) -> None:
        """Set the fields of such a dataclass, after they have grown; their own flags win."""
        if id(branch) not in self._tuples:
            return
        given, specs = self._tuples.pop(id(branch))
        for spec, text in zip(specs, given.values, strict=False):
            leaf = branch.children[spec.name]
            if not isinstance(leaf, Leaf) or (leaf.value is not MISSING and not leaf.configured):
                continue
            leaf.configured, leaf.given = None, given
            try:
                leaf.value = parse_scalar(spec.type, text)
            except ValueMistake as e:
                leaf.value = FAILED
                self._tell(value_mistake(f"{given.flag} ({spec.name})", e), given)
