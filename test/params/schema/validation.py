# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Check configuration files against schemas as an editor does, for the tests of this folder."""

import jsonschema

from tfaip.params.config.reader import read_config
from tfaip.params.schema.document import create_schema


def schema_of(parser):
    schema = create_schema(parser.roots, title="Configuration", spellings=parser.spellings)
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def as_json(value):
    """Return a value as an editor sees it: all keys are texts."""
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value


def values_of(path):
    mistakes = []
    entry = read_config(str(path), mistakes)
    assert not mistakes, mistakes
    return as_json(entry.plain())


def messages(schema, values):
    validator = jsonschema.Draft202012Validator(schema)
    return [error.message for error in validator.iter_errors(as_json(values))]


def all_sites(schema, at="#"):
    """Yield every schema with a default within a document, with its place."""
    if isinstance(schema, dict):
        if "default" in schema and "title" in schema:
            yield at, schema
        for key, inner in schema.items():
            if key not in ("default", "enum", "const", "examples"):
                yield from all_sites(inner, f"{at}/{key}")
    elif isinstance(schema, list):
        for index, inner in enumerate(schema):
            yield from all_sites(inner, f"{at}/{index}")
