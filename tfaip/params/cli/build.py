# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Make the dataclass instances of a tree of flags."""

import copy
import inspect
from dataclasses import MISSING
from typing import Any, Dict, List

from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.cli.nodes import FAILED, Branch, Fixed, Group, Leaf, Node
from tfaip.params.cli.values import value_choices
from tfaip.params.fieldtypes import Kind
from tfaip.util.errors import UserError


class Builder:
    """Makes instances and records what is missing or refused.

    Args:
        ignore_required: Whether ``required`` of ``pai_meta`` is not enforced.
    """

    def __init__(self, ignore_required: bool = False):
        self.mistakes: List[Mistake] = []
        self._ignore_required = ignore_required

    def build(self, branch: Branch) -> Any:
        """Return the instance of a tree, FAILED if there is a mistake in it."""
        if branch.cls is None or branch.cls is FAILED:
            return branch.cls
        values: Dict[str, Any] = {}
        for name, child in branch.children.items():
            value = self._value(child)
            if value is not MISSING:
                values[name] = value
        if any(value is FAILED for value in values.values()):
            return FAILED
        return self._construct(branch, values)

    def _construct(self, branch: Branch, values: Dict[str, Any]) -> Any:
        flag = f"--{branch.place.flag or branch.place.path}"
        if inspect.isabstract(branch.cls):
            names = [name for name in branch.choice.names() if name != branch.choice.display(branch.cls)]
            self.mistakes.append(
                Mistake(f"{flag} is required: {branch.cls.__name__} is abstract.", expected=listing(names) or None)
            )
            return FAILED
        leaves = [child for child in branch.children.values() if isinstance(child, Leaf)]
        where = ", ".join(dict.fromkeys(leaf.configured for leaf in leaves if leaf.configured)) or None
        try:
            return branch.cls(**values)
        except UserError as e:
            self.mistakes.append(Mistake(f"{flag}: {e.what}", e.expected, e.got, e.hint, where))
        except ValueError as e:
            self.mistakes.append(Mistake(f"{flag}: {branch.cls.__name__} refuses its values.", got=str(e), where=where))
        return FAILED

    def _value(self, node: Node) -> Any:
        """Return the value of a field, MISSING to leave it to the constructor."""
        if isinstance(node, Fixed):
            return node.value if node.configured is None else self._value(node.configured)
        if isinstance(node, Leaf):
            return self._leaf_value(node)
        if isinstance(node, Group):
            return self._group_value(node)
        return self.build(node)

    def _leaf_value(self, leaf: Leaf) -> Any:
        if leaf.value is not MISSING:
            return leaf.value
        required = leaf.spec.meta("required", False) and not leaf.inherited and not self._ignore_required
        if required or (leaf.default is MISSING and not leaf.spec.has_default):
            choices = value_choices(leaf.spec)
            expected = listing(choices) if choices else leaf.spec.type.describe()
            self.mistakes.append(
                Mistake(f"--{leaf.place.flag} is required.", expected=expected, hint=leaf.spec.meta("help"))
            )
            return FAILED
        return copy.deepcopy(leaf.default) if leaf.inherited else MISSING

    def _group_value(self, group: Group) -> Any:
        if group.failed:
            return FAILED
        if group.default is MISSING and not group.chosen and not group.spec.type.optional:
            self.mistakes.append(
                Mistake(f"--{group.place.flag} is required.", expected=listing(group.choice.names()) or None)
            )
            return FAILED
        if group.elements is None:
            return None
        built = {key: self.build(branch) for key, branch in group.elements.items()}
        if any(value is FAILED for value in built.values()):
            return FAILED
        if group.spec.type.kind is Kind.DICT:
            return built
        return group.spec.type.type(built.values())
