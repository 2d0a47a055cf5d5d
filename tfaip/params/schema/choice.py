# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schemas of dataclasses that can be chosen, and of lists and dicts of them."""

import re
from dataclasses import MISSING
from typing import Any, List, Sequence

from tfaip.params.cli.nodes import Branch, Group, Leaf
from tfaip.params.decode import CLASS_KEY
from tfaip.params.fieldtypes import Kind
from tfaip.params.schema.catalogue import Catalogue, Chooser
from tfaip.params.schema.types import Schema, annotations, nullable

_REFERENCE = r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*"
INDEX = "(?:0|[1-9][0-9]*)"
# Where the schema of an element that is changed, but not given anew, is in that of a list and in that of a dict.
CHANGED_PATHS = {False: "additionalProperties", True: "$defs/changed"}
# Where the schema of the names is in that of a place.
NAMES_PATH = "allOf/0/then"


def pointer(definition: str, *path: str) -> str:
    """Return the place of a definition, or of something in it, within the document."""
    return "/".join(["#/$defs", definition, *path])


class ChoiceSchemas:
    """Makes the schemas of the places where a class is chosen.

    A mapping is checked as the class that its ``__cls__`` names, one without as the present class, by if and then: so
    an editor completes the fields of the chosen class only and its messages are about that class.

    Args:
        catalogue: The classes.
    """

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue

    def schema(self, node: Chooser) -> Schema:
        """Return the schema of a field that holds one dataclass, a list or a dict of them."""
        return self.of_branch(node) if isinstance(node, Branch) else self.of_group(node)

    def of_branch(self, branch: Branch) -> Schema:
        """Return the schema of one dataclass."""
        schema = self.chooser(branch, branch.cls if isinstance(branch.cls, type) else self.catalogue.declared(branch))
        if branch.spec is not None:
            schema.update(annotations(branch.spec))
        if branch.choice.optional or branch.default is None:
            schema = nullable_chooser(schema)
        if branch.tuple_like:
            schema["type"].append("array")
            schema.update(prefixItems=self._values_in_order(branch), items=False)
        if branch.selectable and branch.default is not MISSING and branch.spec is not None:
            schema["default"] = None if branch.default is None else branch.choice.display(type(branch.default))
        return schema

    def _values_in_order(self, branch: Branch) -> List[Schema]:
        """Return the schemas of the values of a list that sets the fields of a dataclass."""
        cls = branch.cls if isinstance(branch.cls, type) else self.catalogue.declared(branch)
        definition = self.catalogue.definition(branch, cls)
        names = [name for name, node in definition.fields.items() if node.spec and node.spec.mode != "ignore"]
        return [{"$ref": pointer(definition.name, "properties", name)} for name in names]

    def of_group(self, group: Group) -> Schema:
        """Return the schema of a list or dict of dataclasses."""
        element, changed = self.element(group), self.changed(group)
        present = {key: self.of_branch(branch) for key, branch in (group.elements or {}).items()}
        is_dict = group.spec.type.kind is Kind.DICT
        schema: Schema = {
            "type": "object" if is_dict else ["array", "object"],
            **({} if is_dict else {"items": element, "propertyNames": {"pattern": f"^{INDEX}$"}}),
            **({} if is_dict or not present else {"properties": present}),
            "additionalProperties": element if is_dict else changed,
            **({"$defs": {"changed": changed}} if is_dict else {}),
            **annotations(group.spec),
        }
        if group.spec.type.optional or group.default is None:
            kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            schema["type"] = [*kinds, "null"]
        if group.default is None:
            schema["default"] = None
        elif group.default is not MISSING:
            schema["default"] = self._default_elements(group)
        return schema

    def element(self, group: Group) -> Schema:
        """Return the schema of a new element."""
        return self.chooser(group, self.catalogue.declared(group), is_new=True)

    def changed(self, group: Group) -> Schema:
        """Return the schema of a present element that is changed: only other parts of the files may tell its class."""
        schema = self.chooser(group, None)
        references = [self.reference(group, cls, is_new=False) for cls in self.catalogue.classes(group)]
        schema["allOf"][-1]["then"] = {"anyOf": references} if references else {}
        return schema

    def _default_elements(self, group: Group) -> Any:
        names = {key: branch.choice.display(branch.cls) for key, branch in (group.elements or {}).items()}
        return names if group.spec.type.kind is Kind.DICT else list(names.values())

    # ------------------------------------------------------------------ one place
    def chooser(self, node: Chooser, present: Any, is_new: bool = False) -> Schema:
        """Return the schema of a place for a class: its name or a mapping.

        Args:
            node: The place.
            present: The class of a mapping without ``__cls__``; None if it must name one.
            is_new: Whether the mapping must give all that is required, because nothing is there yet.
        """
        rules: List[Schema] = [{"if": {"type": "string"}, "then": self.names(node)}]  # see NAMES_PATH
        rules.append({"if": {"type": "object"}, "then": {"properties": {CLASS_KEY: self.names(node)}}})
        for cls in self.catalogue.classes(node):
            then = self.reference(node, cls, is_new)
            rules.append({"if": _is_mapping_of(node.choice.names_of(cls)), "then": then})
        unnamed = {"type": "object", "not": {"required": [CLASS_KEY]}}
        then = {"required": [CLASS_KEY]} if present is None else self.reference(node, present, is_new)
        return {"type": ["object", "string"], "allOf": [*rules, {"if": unnamed, "then": then}]}

    def reference(self, node: Chooser, cls: type, is_new: bool) -> Schema:
        """Return the reference to the definition of a class at a place."""
        definition = self.catalogue.definition(node, cls)
        schema: Schema = {"$ref": pointer(definition.name)}
        required = [
            name
            for name, child in definition.fields.items()
            if isinstance(child, Leaf) and child.default is MISSING and not child.spec.field.metadata.get("spellings")
        ]
        return {**schema, "required": required} if is_new and required else schema

    def names(self, node: Chooser) -> Schema:
        """Return the schema of the names of classes that can be chosen at a place."""
        classes = self.catalogue.classes(node)
        shown = list(dict.fromkeys(name for cls in classes for name in node.choice.names_of(cls)))
        patterns = [ignoring_case(name) for name in shown if ":" not in name]
        if not node.choice.enforce and (isinstance(node, Group) or node.selectable):
            patterns.append(_REFERENCE)
        if node.choice.optional:
            patterns += [ignoring_case("none"), ignoring_case("null")]
        known: List[Schema] = [{"enum": shown}]
        if patterns:
            known.append({"type": "string", "pattern": _whole(patterns)})
        if node.choice.optional or (isinstance(node, Branch) and node.default is None):
            known.append({"type": "null"})
        return {"anyOf": known}


def nullable_chooser(schema: Schema) -> Schema:
    """Return the schema of a place that may have no class."""
    return {**nullable(schema), "type": ["object", "string", "null"]}


def _is_mapping_of(names: Sequence[str]) -> Schema:
    pattern = _whole([escaped(name) if ":" in name else ignoring_case(name) for name in names])
    return {
        "type": "object",
        "properties": {CLASS_KEY: {"type": "string", "pattern": pattern}},
        "required": [CLASS_KEY],
    }


def ignoring_case(text: str) -> str:
    """Return a pattern of a text in upper or lower case; the regular expressions of schemas have no flag for that."""
    return "".join(f"[{char.upper()}{char.lower()}]" if char.isalpha() else escaped(char) for char in text)


def escaped(text: str) -> str:
    """Return the pattern of a text, for Python's and for JavaScript's regular expressions."""
    return re.sub(r"([\\^$.*+?()\[\]{}|])", r"\\\1", text)


def _whole(patterns: Sequence[str]) -> str:
    return f"^({'|'.join(patterns)})$"
