# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The text of ``--FLAG --help``: one flag, or a choice with its alternatives and their fields."""

import itertools
import textwrap
from typing import Any, List, Mapping, Sequence, Union

from tfaip.params.cli.arguments import Assignment, normalised, spelled
from tfaip.params.cli.diagnose import unknown_flags
from tfaip.params.cli.errors import ParameterErrors
from tfaip.params.cli.grow import Grower
from tfaip.params.cli.help import entry, inner_sections, sections, sentence, summary
from tfaip.params.cli.nodes import Branch, Group, Leaf, walk
from tfaip.params.fieldtypes import Kind

_INDENT = "  "


def help_topics(assignments: Sequence[Assignment], help_keys: Sequence[str]) -> List[Assignment]:
    """Return the flags without value that stand directly before a flag for help."""
    pairs = itertools.pairwise(assignments)
    return [flag for flag, after in pairs if after.key in help_keys and not flag.values and flag.key not in help_keys]


def format_topics(
    topics: Sequence[Assignment], roots: List[Branch], grower: Grower, spellings: Mapping[str, str], width: int
) -> str:
    """Return the help of flags.

    Args:
        topics: The flags.
        roots: The tree of the flags along the present choices.
        grower: What grew it.
        spellings: Other names of flags.
        width: The number of columns.

    Raises:
        ParameterErrors: There is no such flag.
    """
    known = {normalised(old): normalised(new) for old, new in spellings.items()}
    nodes = list(walk(roots))
    blocks: List[str] = []
    for topic in topics:
        found = [node for node in nodes if spelled(topic.key, known) in node.place.aliases]
        if not found:
            raise ParameterErrors(unknown_flags([topic], roots, []))
        for node in found:
            blocks += _topic(node, grower, width)
    return "\n\n".join(dict.fromkeys(blocks)) + "\n"


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
