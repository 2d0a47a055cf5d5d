# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Keys with dots, such as ``graph.filters``: as patterns, so that editors accept and check but do not offer them."""

from collections.abc import Iterable
from typing import Dict, List, Sequence, Tuple

from tfaip.params.cli.nodes import Branch, Group, Leaf, Node
from tfaip.params.decode import CLASS_KEY
from tfaip.params.fieldtypes import Kind
from tfaip.params.schema.catalogue import Catalogue, Definition
from tfaip.params.schema.choice import CHANGED_PATHS, INDEX, NAMES_PATH, escaped, pointer
from tfaip.params.schema.types import Schema

Patterns = Dict[str, List[Schema]]


class DottedKeys:
    """Finds the keys with dots that lead from a node to what is below it.

    Args:
        catalogue: All classes.
    """

    def __init__(self, catalogue: Catalogue):
        self._catalogue = catalogue

    def schemas(self, starts: Iterable[Tuple[str, Node, str]]) -> Schema:
        """Return the ``patternProperties`` of a mapping.

        Args:
            starts: The keys of the mapping, each with the node to which it leads and the reference to its schema.
        """
        patterns: Patterns = {}
        for key, node, reference in starts:
            self._extend(patterns, escaped(key), node, reference, ())
        return {f"^{key}$": _any_of(schemas) for key, schemas in patterns.items()}

    def schemas_of(self, definition: Definition) -> Schema:
        """Return the ``patternProperties`` of a definition."""
        return self.schemas((name, node, field_reference(definition, name)) for name, node in definition.fields.items())

    def _extend(self, patterns: Patterns, prefix: str, node: Node, reference: str, above: Sequence[str]) -> None:
        """Add what is below a node; below a class that is met again below itself any keys may follow."""
        if not isinstance(node, (Branch, Group)):
            return
        if isinstance(node, Group):
            is_dict = node.spec.type.kind is Kind.DICT
            if not is_dict:
                self._add_present(patterns, prefix, node, reference)
            key = "[^.]+" if is_dict else INDEX
            others = "" if is_dict else _none_of(list(node.elements or {}))
            reference += f"/{CHANGED_PATHS[is_dict]}"
            _add(patterns, rf"{prefix}\.{others}{key}", {"$ref": reference})
            prefix += rf"\.{key}"
        _add(patterns, rf"{prefix}\.{CLASS_KEY}", {"$ref": f"{reference}/{NAMES_PATH}"})
        for cls in self._catalogue.classes(node):
            definition = self._catalogue.definition(node, cls)
            for name, child in definition.fields.items():
                key, inner = rf"{prefix}\.{escaped(name)}", field_reference(definition, name)
                _add(patterns, key, {"$ref": inner})
                if definition.name not in above:
                    self._extend(patterns, key, child, inner, (*above, definition.name))
                elif not isinstance(child, Leaf):
                    _add(patterns, rf"{key}\..+", {})

    def _add_present(self, patterns: Patterns, prefix: str, group: Group, reference: str) -> None:
        """Add the elements that a list has by default: a mapping sets the fields of the present class."""
        for key in group.elements or {}:
            _add(patterns, rf"{prefix}\.{key}", {"$ref": f"{reference}/properties/{key}"})


def _none_of(keys: Sequence[str]) -> str:
    """Return a pattern that keeps the one behind it from some keys."""
    return f"(?!(?:{'|'.join(keys)})$)" if keys else ""


def field_reference(definition: Definition, field: str) -> str:
    """Return the reference to the schema of a field."""
    return pointer(definition.name, "properties", field)


def _add(patterns: Patterns, key: str, schema: Schema) -> None:
    schemas = patterns.setdefault(key, [])
    if schema not in schemas:
        schemas.append(schema)


def _any_of(schemas: List[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
