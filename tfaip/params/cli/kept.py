# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters that have a flag, but must keep the value that they have."""

import dataclasses
import operator
from collections.abc import Sequence
from dataclasses import MISSING
from typing import Any, Callable, List, Optional, Union

from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.nodes import FAILED, SEPARATOR, Branch, Group, Leaf, walk
from tfaip.params.cli.values import show_value
from tfaip.params.decode import CLASS_KEY


@dataclasses.dataclass(frozen=True)
class KeptParameter:
    """A parameter that a program does not let change.

    Attributes:
        path: Its tree path, beginning with the name of the root; that of a class ends with ``__cls__``, ``.*`` means
            all that is below.
        reason: The end of the sentence that it cannot be changed.
        hint: What to do instead.
        is_same: Tells whether the present and another value are the same.
    """

    path: str
    reason: str
    hint: Optional[str] = None
    is_same: Callable[[Any, Any], bool] = operator.eq

    def matches(self, path: str) -> bool:
        """Tell whether a tree path is the parameter."""
        return path.startswith(self.path[:-1]) if self.path.endswith(".*") else path == self.path


def changed_parameters(roots: Sequence[Branch], kept: Sequence[KeptParameter]) -> List[Mistake]:
    """Return a mistake for each of these parameters that the line or a file changes.

    Args:
        roots: The trees, grown along the line.
        kept: The parameters.
    """
    nodes = walk(roots, hidden=True) if kept else ()
    found = [_change(node, kept) for node in nodes if not isinstance(node, Group)]
    return [mistake for mistake in found if mistake is not None]


def _change(node: Union[Leaf, Branch], kept: Sequence[KeptParameter]) -> Optional[Mistake]:
    path = f"{node.place.path}{SEPARATOR}{CLASS_KEY}" if isinstance(node, Branch) else node.place.path
    rule = next((rule for rule in kept if rule.matches(path)), None)
    if rule is None or (node.given is None and node.configured is None):
        return None
    value, default = (node.value, node.default) if isinstance(node, Leaf) else (node.cls, _class_of(node.default))
    if value is FAILED or value is MISSING or rule.is_same(default, value):
        return None
    show = show_value if isinstance(node, Leaf) else node.choice.display
    name = node.place.path if node.given is None else node.given.flag
    where = f"{node.configured}, {node.place.path}" if node.given is None else None
    mistake = Mistake(
        f"{name} cannot be changed {rule.reason}.",
        expected=None if default is MISSING else show(default),
        got=show(value),
        hint=rule.hint,
        where=where,
    )
    return mistake if node.given is None else mistake.at(node.given.position)


def _class_of(default: Any) -> Any:
    return default if default is None or default is MISSING else type(default)
