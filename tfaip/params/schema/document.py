# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of the configuration files of a program."""

from collections.abc import Mapping, Sequence
from typing import Any, Dict, Optional

from tfaip.params.cli.nodes import Leaf, Root
from tfaip.params.decode import CLASS_KEY
from tfaip.params.migrations import SCHEMA_KEY, SCHEMA_VERSION
from tfaip.params.schema.catalogue import Catalogue, Definition, Settable
from tfaip.params.schema.choice import ChoiceSchemas
from tfaip.params.schema.dotted import DottedKeys, field_reference
from tfaip.params.schema.toplevel import TopLevel, keys_of
from tfaip.params.schema.types import Schema, field_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def create_schema(
    roots: Sequence[Root],
    title: str,
    spellings: Optional[Mapping[str, str]] = None,
    identifier: Optional[str] = None,
) -> Dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the configuration files that set parameter trees.

    Args:
        roots: The trees.
        title: What the files are for.
        spellings: Other names of flags: what each stands for, both without dashes.
        identifier: The ``$id``, a URI.
    """
    catalogue = Catalogue(roots)
    choices = ChoiceSchemas(catalogue)
    dotted = DottedKeys(catalogue)
    top = TopLevel(catalogue, choices, dotted)
    properties, patterns = top.schemas(keys_of(catalogue, spellings or {}))
    version: Schema = {"type": "integer", "minimum": 1, "maximum": SCHEMA_VERSION, "description": "The file's version"}
    definitions = {
        name: _definition_schema(definition, choices, dotted) for name, definition in catalogue.definitions.items()
    }
    return {
        "$schema": DIALECT,
        **({"$id": identifier} if identifier else {}),
        "title": title,
        "type": ["object", "null"],  # a file may be empty
        "properties": {**properties, SCHEMA_KEY: version},
        "patternProperties": patterns,
        "additionalProperties": False,
        "$defs": {**definitions, **top.merged},
    }


def _definition_schema(definition: Definition, choices: ChoiceSchemas, dotted: DottedKeys) -> Schema:
    fields: Dict[str, Schema] = {}
    for name, node in definition.fields.items():
        fields[name] = _node_schema(node, choices)
        for spelling in _spellings_of(node):
            fields[spelling] = {"$ref": field_reference(definition, name), "deprecated": True}
    patterns = dotted.schemas_of(definition)
    summary = _summary(definition.cls)
    return {
        "title": definition.cls.__name__,
        **({"description": summary} if summary else {}),
        "type": "object",
        "properties": {CLASS_KEY: {"type": "string", "description": "The class of these parameters"}, **fields},
        **({"patternProperties": patterns} if patterns else {}),
        "additionalProperties": False,
    }


def _node_schema(node: Settable, choices: ChoiceSchemas) -> Schema:
    if isinstance(node, Leaf):
        return field_schema(node.spec, node.default, shows_default=node.spec.mode != "ignore")
    return choices.schema(node)


def _spellings_of(node: Settable) -> Sequence[str]:
    """Return the other names of a field."""
    return tuple(node.spec.field.metadata.get("spellings", ())) if node.spec is not None else ()


def _summary(cls: type) -> str:
    """Return the first paragraph of the documentation of a class, unless dataclasses wrote it."""
    text = (cls.__doc__ or "").strip()
    return "" if text.startswith(f"{cls.__name__}(") else " ".join(text.split("\n\n")[0].split())
