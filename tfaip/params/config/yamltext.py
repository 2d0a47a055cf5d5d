# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Read and write YAML: the types are those of YAML 1.2's core schema, nothing in a file can make an object.

PyYAML follows YAML 1.1, where ``1e-3`` is a text, ``no`` is false and ``12:30`` a number. Only its parser is used for
reading. What is written is quoted so that readers of either version find the same.
"""

import re
from typing import Any, Callable, Dict, List, Tuple

import yaml

from tfaip.params.cli.errors import Mistake
from tfaip.params.config.entry import Entry
from tfaip.params.config.jsontext import given_twice

# Aliases can make a small file large: this many values are read in all.
MAX_VALUES = 200_000
_TAG = "tag:yaml.org,2002:"
_MERGE = "<<"
_WIDTH = 120
_MAX_DIGITS = 1000

_CORE: Tuple[Tuple[str, str, str], ...] = (
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+.0123456789",
    ),
)


class _Loader(yaml.SafeLoader):
    """The parser of PyYAML with the types of YAML 1.2."""

    yaml_implicit_resolvers: Dict[Any, Any] = {}


class _Dumper(yaml.SafeDumper):
    """The writer of PyYAML: lists of scalars in one line, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> Any:
        # Line breaks of all kinds are written as escapes: folded, some of them would come back as others.
        style = '"' if re.search("[\n\r\x85\u2028\u2029]", data) else None
        return self.represent_scalar(f"{_TAG}str", data, style)

    def represent_sequence(self, tag: str, sequence: Any, flow_style: Any = None) -> Any:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(item, yaml.ScalarNode) for item in node.value)
        return node

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


_Dumper.add_representer(str, _Dumper.represent_str)
for _name, _pattern, _first in _CORE:
    _firsts = [*_first, ""] if _name == "null" else [*_first]
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), _firsts)
    _Dumper.add_implicit_resolver(_TAG + _name, re.compile(_pattern), _firsts)


def dump_yaml(values: Dict[str, Any]) -> str:
    """Return plain values (dicts, lists, scalars) as YAML, in their order."""
    return str(yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))


def read_yaml(text: str, file: str, mistakes: List[Mistake]) -> Entry:
    """Return the value of a YAML text.

    Args:
        text: The text.
        file: Its file, for messages.
        mistakes: Gets what is wrong: no YAML, keys given twice, tags, too much.
    """
    try:
        node = yaml.compose(text, _Loader)
        return _YamlEntries(file, mistakes).read(node) if node is not None else Entry(None, file, 1)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        got = " ".join(str(part) for part in (e.context, e.problem) if part)
        mistakes.append(Mistake("The file is not valid YAML.", got=got, where=file + place))
    except yaml.YAMLError as e:
        line = f":{text.count(chr(10), 0, e.position) + 1}" if isinstance(e, yaml.reader.ReaderError) else ""
        mistakes.append(Mistake("The file is not valid YAML.", got=str(e).splitlines()[0], where=file + line))
    except _TooMuch as e:
        mistakes.append(Mistake(str(e), where=f"{file}:{e.line}"))
    return Entry({}, file, 1)


class _TooMuch(Exception):
    """The file is larger than any configuration.

    Args:
        what: What is too large.
        line: The line where it is.
    """

    def __init__(self, what: str, line: int):
        super().__init__(what)
        self.line = line


class _YamlEntries:
    """Makes entries of the nodes of a YAML document."""

    def __init__(self, file: str, mistakes: List[Mistake]):
        self._file = file
        self._mistakes = mistakes
        self._count = 0
        self._open: List[int] = []

    def read(self, node: yaml.Node) -> Entry:
        line = node.start_mark.line + 1
        self._count += 1
        if self._count > MAX_VALUES:
            raise _TooMuch(f"The file has more than {MAX_VALUES} values, with those that its aliases repeat.", line)
        if id(node) in self._open:
            raise _TooMuch("An alias contains itself.", line)
        self._open.append(id(node))
        entry = Entry(self._value(node, line), self._file, line)
        self._open.pop()
        return entry

    def _value(self, node: yaml.Node, line: int) -> Any:
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.read(item) for item in node.value]
        if isinstance(node, yaml.ScalarNode):
            try:
                return _scalar(node)
            except (KeyError, ValueError):
                pass
        self._mistakes.append(
            Mistake(
                f"The value of the type {node.tag.replace(_TAG, '!!')} cannot be read.",
                where=f"{self._file}:{line}",
                expected="text, number, true, false, null, a list or a mapping",
            )
        )
        return None

    def _mapping(self, node: yaml.MappingNode) -> Dict[Any, Entry]:
        merged: Dict[Any, Entry] = {}
        own: Dict[Any, Entry] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._mistakes.append(Mistake("A key must be a text.", where=f"{self._file}:{line}"))
                continue
            if key_node.value == _MERGE and key_node.style is None:
                self._merge(value_node, merged, line)
                continue
            key = self._value(key_node, line)
            child = self.read(value_node)
            child.line = line
            if key in own:
                self._mistakes.append(given_twice(key, self._file, own[key].line, line))
            own[key] = child
        return {**{key: entry for key, entry in merged.items() if key not in own}, **own}

    def _merge(self, node: yaml.Node, merged: Dict[Any, Entry], line: int) -> None:
        """Add what ``<<`` names: a mapping, or several of which the first wins."""
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for source in sources:
            entry = self.read(source)
            if not isinstance(entry.value, dict):
                self._mistakes.append(
                    Mistake("<< needs a mapping.", where=f"{self._file}:{line}", got=f"{entry.show()} ({entry.kind()})")
                )
                continue
            for key, child in entry.value.items():
                merged.setdefault(key, child)


def _scalar(node: yaml.ScalarNode) -> Any:
    """Return the value of a scalar.

    Raises:
        KeyError: The tag is none of the core schema.
        ValueError: An explicit tag does not fit the text.
    """
    return _SCALARS[node.tag.removeprefix(_TAG) if node.tag.startswith(_TAG) else ""](node.value)


def _bool(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _int(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        # Python would read any number of the other digits, but not show it
        raise ValueError(text)
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text)


def _float(text: str) -> float:
    return float(text.replace(".inf", "inf").replace(".nan", "nan")) if "." in text else float(text)


_SCALARS: Dict[str, Callable[[str], Any]] = {
    "null": lambda text: None,
    "bool": _bool,
    "int": _int,
    "float": lambda text: _float(text.lower()),
    "str": str,
}
