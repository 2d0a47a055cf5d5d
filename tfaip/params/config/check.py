# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parse what a configuration file says as a program would, for files that hold more than that."""

import dataclasses
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

from tfaip.params.cli.arguments import Assignments
from tfaip.params.cli.build import Builder
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.grow import Grower
from tfaip.params.cli.nodes import FAILED, Branch, Group, Leaf, walk
from tfaip.params.config.apply import ConfigApplier
from tfaip.params.config.entry import Entry
from tfaip.params.config.explain import unused_entries
from tfaip.params.config.values import ConfigValues

if TYPE_CHECKING:
    from tfaip.params.cli.parser import TFAIPArgumentParser


@dataclasses.dataclass
class ParsedEntries:
    """What entries mean to a program.

    Attributes:
        mistakes: What is wrong, each with its line.
        values: The parameters by the names of their roots; those with mistakes are left out.
        trees: The trees of the parameters.
    """

    mistakes: List[Mistake]
    values: Dict[str, Any]
    trees: List[Branch]

    def node_of(self, entry: Entry) -> Optional[Union[Leaf, Branch, Group]]:
        """Return the parameter that an entry sets, None if it sets none."""
        nodes = (node for node in walk(self.trees, hidden=True) if node.place.path in entry.targets)
        return next(nodes, None)


def parse_entries(parser: "TFAIPArgumentParser", entry: Entry) -> ParsedEntries:
    """Return what a mapping of entries means to a program, without an error for its mistakes.

    Args:
        parser: Has the roots of the program.
        entry: The mapping, as of a configuration file.
    """
    values = ConfigValues([entry], parser.spellings)
    applier = ConfigApplier(values)
    grower = Grower(Assignments([], parser.spellings), applier)
    trees = {root.name: grower.grow(root) for root in parser.roots}
    builder = Builder()
    built = {name: builder.build(tree) for name, tree in trees.items()}
    mistakes = applier.mistakes + values.mistakes + unused_entries(values, list(trees.values()))
    mistakes += grower.missing + builder.mistakes
    right = {name: value for name, value in built.items() if value is not FAILED}
    return ParsedEntries(mistakes, right, list(trees.values()))
