# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One form for what files may write in several ways, as far as the framework's classes tell."""

import dataclasses
import inspect
from typing import Any, Dict, Mapping, Optional

from tfaip.params.cli.nodes import holds_dataclass, holds_dataclasses
from tfaip.params.codec import encode_field
from tfaip.params.decode import CLASS_KEY, json_key
from tfaip.params.diff.known import KnownClasses
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec, field_specs


def known_form(tree: Mapping[str, Any], other: Any, known: KnownClasses, declared: Optional[type]) -> Dict[str, Any]:
    """Return saved parameters with values in one form, and with the defaults of fields that their file does not know.

    A file of an older version lacks the newer fields of the framework's classes: there it means their defaults.

    Args:
        tree: The JSON form of a dataclass with all of its fields.
        other: What it is compared with: a default is added only where that has a value.
        known: The classes that are known.
        declared: The class that its place declares, None if that is not known.
    """
    cls = known.get(tree.get(CLASS_KEY))
    specs = specs_of(cls or declared)
    others = other if isinstance(other, Mapping) else {}
    result = {key: _known_value(value, others.get(key), known, specs.get(key)) for key, value in tree.items()}
    return {**missing_defaults(cls, result, others), **result}


def missing_defaults(cls: Optional[type], present: Mapping[str, Any], wanted: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the defaults of the fields of a known class that are wanted and not present."""
    if cls is None:
        return {}
    missing = {key: spec for key, spec in specs_of(cls).items() if key in wanted and key not in present}
    return {key: encode_field(spec, spec.make_default()) for key, spec in missing.items() if _has_plain_default(spec)}


def specs_of(cls: Optional[type]) -> Dict[str, FieldSpec]:
    """Return the fields of a class by their keys in files, none of no class."""
    if cls is None or not dataclasses.is_dataclass(cls):
        return {}
    return {json_key(cls, spec): spec for spec in field_specs(cls).values() if spec.field.init}


def default_class(spec: FieldSpec) -> Optional[type]:
    """Return the class of the default of a field, None without."""
    factory: Any = spec.field.default_factory
    if isinstance(factory, type):
        return factory
    default = spec.make_default()
    return None if default is None or default is dataclasses.MISSING else type(default)


def plain_form(spec: TypeSpec, value: Any) -> Any:
    """Return the JSON form of a value as saved parameters have it: enums by value, sets in order."""
    if spec.kind is Kind.ENUM and isinstance(value, str):
        return _enum_value(spec.type, value)
    if spec.kind is Kind.DICT and isinstance(value, Mapping):
        return {str(key): plain_form(spec.item, item) for key, item in value.items()}
    if spec.is_sequence and isinstance(value, list):
        fixed = spec.kind is Kind.TUPLE and not spec.variadic and len(spec.items) == len(value)
        types = spec.items if fixed else [spec.item] * len(value)
        items = [plain_form(item_type, item) for item_type, item in zip(types, value, strict=True)]
        return _in_order(items) if spec.kind is Kind.SET else items
    return value


def _known_value(value: Any, other: Any, known: KnownClasses, spec: Optional[FieldSpec]) -> Any:
    type_spec = spec.type if spec is not None else None
    if isinstance(value, Mapping) and (type_spec is None or holds_dataclass(type_spec)):
        return known_form(value, other, known, _declared(type_spec))
    if type_spec is None or holds_dataclasses(type_spec):
        return _known_elements(value, other, known, _declared(type_spec.item if type_spec else None))
    return plain_form(type_spec, value)


def _known_elements(value: Any, other: Any, known: KnownClasses, declared: Optional[type]) -> Any:
    if isinstance(value, Mapping):
        others = other if isinstance(other, Mapping) else {}
        return {key: _known_element(item, others.get(key), known, declared) for key, item in value.items()}
    if isinstance(value, list):
        inner = [*(other if isinstance(other, list) else []), *[None] * len(value)]
        return [_known_element(item, present, known, declared) for item, present in zip(value, inner, strict=False)]
    return value


def _known_element(item: Any, other: Any, known: KnownClasses, declared: Optional[type]) -> Any:
    return known_form(item, other, known, declared) if isinstance(item, Mapping) else item


def _declared(spec: Optional[TypeSpec]) -> Optional[type]:
    return spec.type if spec is not None and spec.kind is Kind.DATACLASS else None


def _has_plain_default(spec: FieldSpec) -> bool:
    factory: Any = spec.field.default_factory
    return spec.has_default and not (isinstance(factory, type) and inspect.isabstract(factory))


def _enum_value(cls: Any, text: str) -> Any:
    for fold in (str, str.lower):
        found = {m.value for name, m in cls.__members__.items() if fold(text) in (fold(str(m.value)), fold(name))}
        if len(found) == 1:
            return found.pop()
    return text


def _in_order(items: Any) -> Any:
    simple = all(isinstance(item, (bool, int, float, str)) for item in items)
    return sorted(set(items), key=lambda item: (type(item).__name__, item)) if simple else items
