# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The keys at the top of a configuration file: the roots, and the flags that do not begin with those."""

import dataclasses
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

from tfaip.params.cli.nodes import SEPARATOR, Branch, Node, Place
from tfaip.params.decode import CLASS_KEY
from tfaip.params.schema.catalogue import Catalogue, Location
from tfaip.params.schema.choice import ChoiceSchemas, pointer
from tfaip.params.schema.dotted import DottedKeys, field_reference
from tfaip.params.schema.types import Schema


@dataclasses.dataclass
class Key:
    """A part of a flag: the parameters that have this flag, and the flags that go on from here.

    Attributes:
        locations: The parameters.
        below: The flags by the next part of their name that the parameters do not have as fields.
    """

    locations: List[Location] = dataclasses.field(default_factory=list)
    below: "Dict[str, Key]" = dataclasses.field(default_factory=dict)

    def add(self, flag: str, location: Location) -> None:
        """Add a parameter at a flag below."""
        name, _, rest = flag.partition(SEPARATOR)
        key = self.below.setdefault(name, Key())
        if rest:
            key.add(rest, location)
        elif (location.definition, location.field) not in [(other.definition, other.field) for other in key.locations]:
            key.locations.append(location)


def keys_of(catalogue: Catalogue, spellings: Mapping[str, str]) -> Key:
    """Return all flags that do not hang on a flag above them.

    Args:
        catalogue: All classes.
        spellings: Other names of flags: what each stands for.
    """
    top = Key()
    for location in catalogue.everywhere():
        place = location.node.place
        names = [*place.aliases, place.path] if place.flag else [place.path]
        names += [old for old, new in spellings.items() if new in place.aliases]
        for name in dict.fromkeys(names):
            if not _hangs_on(name, location.parent):
                top.add(name, location)
    return top


def _hangs_on(name: str, parent: Optional[Place]) -> bool:
    if parent is None:
        return False
    return any(name.startswith(f"{above}{SEPARATOR}") for above in (*parent.aliases, parent.path) if above)


class TopLevel:
    """Makes the schema of a whole file.

    Args:
        catalogue: All classes.
        choices: The schemas of the places where they are chosen.
        dotted: The keys with dots.
    """

    def __init__(self, catalogue: Catalogue, choices: ChoiceSchemas, dotted: DottedKeys):
        self._catalogue = catalogue
        self._choices = choices
        self._dotted = dotted
        self.merged: Dict[str, Schema] = {}

    def schemas(self, keys: Key) -> Tuple[Dict[str, Schema], Schema]:
        """Return the schemas of the keys at the top, and the patterns of those with dots."""
        properties = {name: self._schema(name, key) for name, key in keys.below.items()}
        return properties, self._dotted.schemas(self._starts("", keys))

    def _starts(self, prefix: str, key: Key) -> Iterator[Tuple[str, Node, str]]:
        for name, inner in key.below.items():
            for location in inner.locations:
                yield prefix + name, location.node, self._reference(location)
            yield from self._starts(f"{prefix}{name}{SEPARATOR}", inner)

    def _schema(self, name: str, key: Key) -> Schema:
        branches = [location.node for location in key.locations if isinstance(location.node, Branch)]
        if len(key.locations) == 1 and not key.below:
            return self._single(key.locations[0])
        if len(branches) < len(key.locations):
            return {"anyOf": [self._single(location) for location in key.locations]}
        return self._several(name, branches, key.below)

    def _single(self, location: Location) -> Schema:
        if location.definition:
            return {"$ref": self._reference(location)}
        return self._choices.of_branch(self._catalogue.roots[location.field])

    def _reference(self, location: Location) -> str:
        if location.definition:
            return field_reference(self._catalogue.definitions[location.definition], location.field)
        return f"#/properties/{location.field}"

    def _several(self, name: str, branches: List[Branch], below: Mapping[str, Key]) -> Schema:
        """Return the schema of a mapping that sets the fields of several dataclasses, one of which may be chosen."""
        chooser = next((branch for branch in branches if branch.selectable), None)
        fields: Dict[str, Schema] = {key: self._schema(f"{name}.{key}", inner) for key, inner in below.items()}
        patterns: Schema = {}
        for branch in branches:
            if branch is not chooser:
                for cls in self._catalogue.classes(branch):
                    inner = self._fields(branch, cls)
                    fields.update(inner[0])
                    patterns.update(inner[1])
        if chooser is None:
            return {"type": "object", **_closed(fields, patterns)}
        schema = self._choices.of_branch(chooser)
        for rule in schema["allOf"]:
            reference = rule["then"].get("$ref")
            if reference is not None:
                rule["then"] = {**rule["then"], "$ref": self._merge(name, reference, fields, patterns)}
        return schema

    def _fields(self, branch: Branch, cls: type) -> Tuple[Dict[str, Schema], Schema]:
        definition = self._catalogue.definition(branch, cls)
        references = {name: {"$ref": field_reference(definition, name)} for name in definition.fields}
        return references, self._dotted.schemas_of(definition)

    def _merge(self, name: str, reference: str, fields: Mapping[str, Schema], patterns: Schema) -> str:
        """Return the reference to a definition with additional fields."""
        own = self._catalogue.definitions[reference.rpartition("/")[2]]
        merged = f"{name}.{own.name}"
        references = {field: {"$ref": field_reference(own, field)} for field in own.fields}
        all_patterns = {**patterns, **self._dotted.schemas_of(own)}
        self.merged[merged] = {
            "title": own.cls.__name__,
            "type": "object",
            **_closed({**fields, **references}, all_patterns),
        }
        return pointer(merged)


def _closed(fields: Mapping[str, Schema], patterns: Schema) -> Schema:
    return {
        "properties": {CLASS_KEY: {"type": "string"}, **fields},
        **({"patternProperties": patterns} if patterns else {}),
        "additionalProperties": False,
    }
