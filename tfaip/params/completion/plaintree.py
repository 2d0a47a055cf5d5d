# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter trees in every choice as plain data, which JSON can hold."""

from collections.abc import Mapping, Sequence
from typing import Any, Dict, List, Optional

from tfaip.params.cli.nodes import Branch, Fixed, Group, Leaf, Node, Root
from tfaip.params.cli.values import value_choices
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec
from tfaip.params.schema.catalogue import Catalogue, Chooser

PlainTree = Dict[str, Any]

# The keys of the data.
ROOTS, CLASSES, SPELLINGS = "roots", "classes", "spellings"
LEAF, BRANCH, GROUP = "leaf", "branch", "group"


def plain_tree(roots: Sequence[Root], spellings: Optional[Mapping[str, str]] = None) -> PlainTree:
    """Return the trees of a program with all that can be chosen in them.

    Args:
        roots: The trees.
        spellings: Other names of flags: what each stands for, both without dashes.
    """
    catalogue = Catalogue(roots)
    classes = {
        name: [
            _field(catalogue, field, node) for field, node in definition.nodes.items() if not isinstance(node, Fixed)
        ]
        for name, definition in catalogue.definitions.items()
    }
    return {
        ROOTS: [
            {"name": root.name, "flat": root.flat, "node": _node(catalogue, catalogue.roots[root.name])}
            for root in roots
        ],
        CLASSES: classes,
        SPELLINGS: dict(spellings or {}),
    }


def _field(catalogue: Catalogue, name: str, node: Node) -> Dict[str, Any]:
    spec: FieldSpec = node.spec  # type: ignore[assignment]
    metadata = {key: spec.meta(key) for key in ("mode", "separator") if spec.meta(key) is not None}
    spellings = list(spec.field.metadata.get("spellings", ()))
    return {
        "name": name,
        **metadata,
        **({"spellings": spellings} if spellings else {}),
        "help": str(spec.meta("help", "")),
        "node": _node(catalogue, node),
    }


def _node(catalogue: Catalogue, node: Node) -> Dict[str, Any]:
    if isinstance(node, Leaf):
        return {"kind": LEAF, **_values(node.spec)}
    if isinstance(node, Branch):
        present = catalogue.definition(node, node.cls).name if isinstance(node.cls, type) else None
        declared = catalogue.declared(node) if present is None else None
        of_fields = catalogue.definition(node, declared).name if declared is not None else None
        own: Dict[str, Any] = {"kind": BRANCH, "present": present, "declared": of_fields, "selectable": node.selectable}
        return {**own, "optional": node.choice.optional, "choices": _choices(catalogue, node)}
    if isinstance(node, Group):
        elements = {key: _node(catalogue, branch) for key, branch in (node.elements or {}).items()}
        is_dict = node.spec.type.kind is Kind.DICT
        declared = catalogue.declared(node)
        return {
            "kind": GROUP,
            "is_dict": is_dict,
            "elements": elements,
            "declared": catalogue.definition(node, declared).name if declared is not None else None,
            "choices": _choices(catalogue, node),
        }
    raise TypeError(node)


def _choices(catalogue: Catalogue, node: Chooser) -> List[Dict[str, Any]]:
    """Return the classes that can be chosen: the names of each, the shown one first."""
    return [
        {"names": node.choice.names_of(cls), "class": catalogue.definition(node, cls).name}
        for cls in catalogue.classes(node)
        if node.choice.names_of(cls)
    ]


def _values(spec: FieldSpec) -> Dict[str, Any]:
    """Return what can stand behind a flag."""
    values = value_choices(spec)
    inner = spec.type.item if spec.type.is_sequence else spec.type
    if not values and inner.type is bool:
        values = ["true", "false"]
    if values and spec.type.optional:
        values = [*values, "none"]
    several = spec.type.is_sequence or spec.type.kind is Kind.DICT
    return {"values": values, "several": several, "is_text": _is_text(inner)}


def _is_text(spec: TypeSpec) -> bool:
    """Return whether a value could name a file."""
    return spec.type is str or spec.kind in (Kind.CUSTOM, Kind.ANY) or any(item.type is str for item in spec.items)
