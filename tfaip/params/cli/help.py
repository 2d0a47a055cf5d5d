# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The text of ``--help``."""

import argparse
import re
import shutil
import textwrap
from dataclasses import MISSING
from typing import Any, Dict, List, Sequence

from tfaip.params.cli.nodes import FAILED, Branch, Group, Leaf, Node
from tfaip.params.cli.plain import display
from tfaip.params.cli.values import show_value, value_choices
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec

_MAX_WIDTH = 120
_INDENT = "  "
_HELP_COLUMN = 34
_MAX_DEFAULT = 60


def terminal_width() -> int:
    """Return the width of the help."""
    return max(40, min(_MAX_WIDTH, shutil.get_terminal_size().columns))


def format_help(
    usage: str,
    description: str,
    epilog: str,
    actions: Sequence[argparse.Action],
    roots: Sequence[Branch],
    width: int,
) -> str:
    """Return the help of a program.

    Args:
        usage: How it is called.
        description: What it does.
        epilog: What stands at the end.
        actions: Its plain arguments.
        roots: The tree of flags along the present choices.
        width: The number of columns.
    """
    blocks = [usage.strip()]
    if description:
        blocks.append(textwrap.fill(description, width))
    shown = [action for action in actions if action.help != argparse.SUPPRESS]
    if shown:
        blocks.append("\n".join(["arguments:", *(line for action in shown for line in plain_entry(action, width))]))
    for root in roots:
        blocks += sections(root, width)
    if epilog:
        blocks.append(textwrap.fill(epilog, width))
    return "\n\n".join(blocks) + "\n"


def sections(branch: Branch, width: int) -> List[str]:
    """Return the section of a dataclass, then those of its dataclass fields."""
    lines = _title(branch, width)
    has_entries = any(isinstance(child, (Leaf, Group)) for child in branch.children.values())
    inner: List[str] = []
    for child in branch.children.values():
        lines += entry(child, width)
        inner += inner_sections(child, width)
    can_be_set = branch.selectable and (branch.cls is None or len(branch.choice.names()) > 1)
    own = ["\n".join(lines)] if has_entries or can_be_set else []
    return own + inner


def inner_sections(node: Node, width: int) -> List[str]:
    """Return the sections of the dataclasses below a field."""
    if isinstance(node, Branch):
        return sections(node, width)
    if isinstance(node, Group):
        return [section for branch in (node.elements or {}).values() for section in sections(branch, width)]
    return []


def _title(branch: Branch, width: int) -> List[str]:
    flag = f"--{branch.place.flag}" if branch.place.flag else branch.place.path
    name = branch.cls.__name__ if isinstance(branch.cls, type) else "unknown" if branch.cls is FAILED else "none"
    lines = [f"{flag}: {name}"]
    notes = [str(branch.spec.meta("help", ""))] if branch.spec else [summary(branch.cls)]
    names = branch.choice.names() if branch.selectable else []
    if len(names) > 1:
        notes.append(f"Choices: {', '.join(names)}.")
    if branch.tuple_like:
        notes.append(f"The flag takes the values in order: {' '.join(branch.children)}.")
    if (
        isinstance(branch.cls, type)
        and branch.selectable
        and branch.chosen
        and branch.default is not None
        and branch.default is not MISSING
    ):
        notes.append(f"Default: {branch.choice.display(type(branch.default))}.")
    text = " ".join(sentence(note) for note in notes if note)
    if text:
        lines += textwrap.wrap(text, width, initial_indent=_INDENT, subsequent_indent=_INDENT)
    return lines


def summary(cls: Any) -> str:
    """Return the first line of the documentation of a class, unless dataclasses wrote it."""
    text = (getattr(cls, "__doc__", None) or "").strip()
    first = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"\1", text.split("\n\n")[0]).replace("``", "")
    return "" if text.startswith(f"{getattr(cls, '__name__', '')}(") else " ".join(first.split())


def sentence(text: str) -> str:
    """Return a text with a full stop, in one line."""
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def entry(node: Node, width: int) -> List[str]:
    """Return the lines of a flag; the fields of a dataclass have a section of their own."""
    if isinstance(node, Leaf):
        # a boolean may stand alone, which means true
        value = "[BOOL]" if node.spec.type.type is bool else metavar(node.spec.type)
        return _columns(f"--{node.place.flag} {value}", _leaf_help(node), width)
    if isinstance(node, Group):
        return _columns(f"--{node.place.flag} {_group_metavar(node)}", _group_help(node), width)
    return []


def _leaf_help(leaf: Leaf) -> str:
    parts = [sentence(text) for text in [_help_of(leaf.spec)] if text]
    if leaf.spec.meta("unit"):
        parts.append(f"Unit: {leaf.spec.meta('unit')}.")
    choices = value_choices(leaf.spec)
    if choices:
        parts.append(f"Choices: {', '.join(choices)}.")
    if leaf.configured and leaf.value is not MISSING and leaf.value is not FAILED:
        default = "" if leaf.default is MISSING else f"; default: {_shorten(show_value(leaf.default))}"
        return " ".join([*parts, f"(config: {_shorten(show_value(leaf.value))}{default})"])
    if leaf.default is MISSING or (leaf.spec.meta("required", False) and not leaf.inherited):
        return " ".join([*parts, "(required)"])
    return " ".join([*parts, f"(default: {_shorten(show_value(leaf.default))})"])


def _help_of(spec: FieldSpec) -> str:
    return str(spec.meta("help", ""))


def _group_help(group: Group) -> str:
    parts = [sentence(text) for text in [_help_of(group.spec)] if text]
    if group.choice.names():
        parts.append(f"Choices: {', '.join(group.choice.names())}.")
    if group.default is MISSING:
        return " ".join([*parts, "(required)"])
    default = group.default or []
    if isinstance(default, dict):
        names = [f"{key}={group.choice.display(type(value))}" for key, value in default.items()]
    else:
        names = [group.choice.display(type(value)) for value in default]
    text = "none" if group.default is None else " ".join(names) or show_value(default)
    return " ".join([*parts, f"(default: {_shorten(text)})"])


def _group_metavar(group: Group) -> str:
    return "[KEY=NAME ...]" if group.spec.type.kind is Kind.DICT else "[NAME ...]"


def metavar(spec: TypeSpec) -> str:
    """Return what stands for the values of a type."""
    if spec.kind is Kind.TUPLE and not spec.variadic:
        return " ".join(metavar(item) for item in spec.items)
    if spec.is_sequence:
        return f"[{metavar(spec.item)} ...]"
    if spec.kind is Kind.DICT:
        return f"[KEY={metavar(spec.item)} ...]"
    if spec.kind is Kind.UNION:
        return "|".join(metavar(item) for item in spec.items)
    if spec.kind in (Kind.ANY, Kind.ENUM):
        return "VALUE" if spec.kind is Kind.ANY else "CHOICE"
    return str(spec.type.__name__).upper()


def plain_entry(action: argparse.Action, width: int) -> List[str]:
    """Return the lines of a plain argument."""
    name = ", ".join(action.option_strings) if action.option_strings else display(action)
    if action.option_strings and action.nargs != 0:
        value = str(action.metavar) if isinstance(action.metavar, str) else action.dest.upper()
        forms: Dict[Any, str] = {
            None: value,
            argparse.OPTIONAL: f"[{value}]",
            argparse.ONE_OR_MORE: f"{value} [{value} ...]",
        }
        name += f" {forms.get(action.nargs, f'[{value} ...]')}"
    notes = [(action.help or "").replace("%%", "%")]
    if action.choices is not None:
        notes = [sentence(note) for note in notes if note]
        notes.append(f"Choices: {', '.join(str(choice) for choice in action.choices)}.")
    if action.option_strings and action.required:
        notes.append("(required)")
    return _columns(name, " ".join(note for note in notes if note), width)


def _columns(left: str, text: str, width: int) -> List[str]:
    """Return an entry: the text stands at the right, or below if the left is too long or the terminal too narrow."""
    column = _HELP_COLUMN if width >= 2 * _HELP_COLUMN else 8
    wrapped = textwrap.wrap(text, max(20, width - column)) or [""]
    first = _INDENT + left
    below = " " * column
    if len(first) < column - 1:
        return [(first.ljust(column) + wrapped[0]).rstrip(), *(below + line for line in wrapped[1:])]
    return [first, *(below + line for line in wrapped if line)]


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_DEFAULT else f"{text[: _MAX_DEFAULT - 3]}..."
