# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The text of ``--FLAG --help``: one flag, or a choice with its alternatives and their fields."""

import argparse
import textwrap
from typing import Any, List, Mapping, Sequence, Tuple, Union

from tfaip.params.cli.arguments import Assignment, normalised, spelled
from tfaip.params.cli.diagnose import unknown_flags
from tfaip.params.cli.errors import Mistake
from tfaip.params.cli.grow import Grower
from tfaip.params.cli.help import entry, inner_sections, plain_entry, sections, sentence, summary
from tfaip.params.cli.nodes import Branch, Group, Leaf, walk
from tfaip.params.fieldtypes import Kind

_INDENT = "  "


class TopicHelp:
    """The help of single flags.

    Args:
        actions: The plain arguments.
        spellings: Other names of flags.
        width: The number of columns.
    """

    def __init__(self, actions: Sequence[argparse.Action], spellings: Mapping[str, str], width: int):
        self._actions = {normalised(name): action for action in actions for name in action.option_strings}
        self._spellings = {normalised(old): normalised(new) for old, new in spellings.items()}
        self._width = width

    def knows(self, topics: Sequence[Assignment]) -> bool:
        """Tell whether all flags are those of plain arguments, so that no tree is needed."""
        return all(self._key(topic) in self._actions for topic in topics)

    def text(self, topics: Sequence[Assignment], roots: Sequence[Branch], grower: Grower) -> Tuple[str, List[Mistake]]:
        """Return the help of flags, and the mistakes about those that do not exist.

        Args:
            topics: The flags.
            roots: The tree of the flags along the present choices.
            grower: What grew it.
        """
        nodes = list(walk(roots))
        blocks: List[str] = []
        unknown: List[Assignment] = []
        for topic in topics:
            found = [node for node in nodes if self._key(topic) in node.place.aliases]
            action = self._actions.get(self._key(topic))
            if action is not None:
                blocks.append("\n".join(plain_entry(action, self._width)))
            elif not found:
                unknown.append(topic)
            for node in found:
                blocks += _topic(node, grower, self._width)
        text = "\n\n".join(dict.fromkeys(blocks))
        return f"{text}\n" if text else "", unknown_flags(unknown, roots, [f"--{name}" for name in self._actions])

    def _key(self, topic: Assignment) -> str:
        return spelled(topic.key, self._spellings)


def _topic(node: Union[Leaf, Branch, Group], grower: Grower, width: int) -> List[str]:
    if isinstance(node, Leaf):
        return ["\n".join(entry(node, width))]
    if isinstance(node, Group):
        key = "KEY" if node.spec.type.kind is Kind.DICT else "N"
        blocks = ["\n".join(entry(node, width))]
        for cls in node.choice.alternatives():
            element = grower.new_element(node, key, cls)
            blocks += _alternative(f"--{element.place.flag} {node.choice.display(cls)}", element, [], width)
        return blocks
    if not node.selectable or len(node.choice.names()) < 2:
        return sections(node, width)
    return _choice(node, grower, width)


def _choice(branch: Branch, grower: Grower, width: int) -> List[str]:
    flag = f"--{branch.place.flag}"
    help_text = str(branch.spec.meta("help", "")) if branch.spec else summary(branch.cls)
    notes = [sentence(help_text)] if help_text else []
    notes.append(f"Choices: {', '.join(branch.choice.names())}; or another class, as package.module:Class.")
    if branch.choice.enforce:
        notes[-1] = f"Choices: {', '.join(branch.choice.names())}."
    blocks = ["\n".join([flag, *_wrapped(" ".join(notes), width)])]
    for cls in branch.choice.alternatives():
        marks = _marks(branch, cls)
        other = grower.alternative(branch, cls)
        blocks += _alternative(f"{flag} {branch.choice.display(cls)}", other, marks, width)
    return blocks


def _marks(branch: Branch, cls: type) -> List[str]:
    default: Any = type(branch.default)
    return ["default"] * (cls is default) + ["chosen"] * (cls is branch.cls and branch.chosen)


def _alternative(title: str, branch: Branch, marks: List[str], width: int) -> List[str]:
    """Return the block of one alternative, then those of its dataclass fields."""
    lines = [f"{title} ({', '.join(marks)})" if marks else title]
    lines += _wrapped(sentence(summary(branch.cls)) if summary(branch.cls) else "", width)
    for child in branch.children.values():
        lines += entry(child, width)
    inner = [text for child in branch.children.values() for text in inner_sections(child, width)]
    return ["\n".join(lines), *inner]


def _wrapped(text: str, width: int) -> List[str]:
    return textwrap.wrap(text, width, initial_indent=_INDENT, subsequent_indent=_INDENT)
