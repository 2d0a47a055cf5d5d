# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a configuration file says, with the line of each value."""

import dataclasses
import os
from typing import Any, Dict, Iterator, List, Optional, Tuple


@dataclasses.dataclass(eq=False)
class Entry:
    """A value of a configuration file.

    Attributes:
        value: A scalar, a list of entries, or a dict of entries.
        file: The file.
        line: Its line, from 1; of a value in a mapping that of its key.
        layer: The number of the file; later ones win.
        path: The dotted names that lead to it; set by ``ConfigValues``.
        name: The same as the file has them, for messages.
        targets: The tree paths of the parameters that took it.
        closed: Whether a parameter took it with all that is below.
        dropped: Whether a later choice made it void.
    """

    value: Any
    file: str
    line: int
    layer: int = 0
    path: str = ""
    name: str = ""
    targets: List[str] = dataclasses.field(default_factory=list)
    closed: bool = False
    dropped: bool = False

    @property
    def where(self) -> str:
        """The file and the line."""
        return f"{self.file}:{self.line}"

    @property
    def folder(self) -> str:
        """The directory of the file."""
        return os.path.dirname(os.path.abspath(self.file))

    @property
    def is_container(self) -> bool:
        """Whether it holds other entries."""
        return isinstance(self.value, (dict, list))

    def children(self) -> Iterator[Tuple[str, "Entry"]]:
        """Yield the entries in it with their keys or indices as texts."""
        if isinstance(self.value, dict):
            yield from ((str(key), child) for key, child in self.value.items())
        elif isinstance(self.value, list):
            yield from ((str(index), child) for index, child in enumerate(self.value))

    def descendants(self) -> Iterator["Entry"]:
        """Yield all entries below."""
        for _, child in self.children():
            yield child
            yield from child.descendants()

    def plain(self) -> Any:
        """Return the value without lines, as JSON has it."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def at(self, path: str) -> "Entry":
        """Return the innermost entry on a dotted path below this one."""
        name, _, rest = path.partition(".")
        child: Optional[Entry] = dict(self.children()).get(name) if name else None
        return child.at(rest) if child is not None else self

    def show(self, width: int = 80) -> str:
        """Return the value for a message."""
        if self.value is None:
            return "null"
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        text = self.value if isinstance(self.value, str) else repr(self.plain())
        text = text or '""'
        return text if len(text) <= width else f"{text[: width - 3]}..."

    def kind(self) -> str:
        """Return what kind of value it is, for a message."""
        names: Dict[type, str] = {dict: "mapping", list: "list", str: "text", type(None): "null"}
        return names.get(type(self.value), type(self.value).__name__)


def entry_of(value: Any, like: Entry) -> Entry:
    """Return a plain value as entry; lines are taken from an older state of the entry where it has the same keys."""
    old = dict(like.children())
    if isinstance(value, dict):
        value = {key: entry_of(item, old.get(str(key), like)) for key, item in value.items()}
    elif isinstance(value, list):
        value = [entry_of(item, old.get(str(index), like)) for index, item in enumerate(value)]
    return dataclasses.replace(like, value=value, targets=[])
