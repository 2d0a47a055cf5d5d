# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schemas of single values, as configuration files and parameter files hold them."""

import json
import os
from dataclasses import MISSING
from enum import Enum
from typing import Any, Dict, List, Optional, Sequence

from tfaip.params.codec import encode_field
from tfaip.params.decode import decode_value
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec
from tfaip.params.ranges import RANGE_KEY
from tfaip.util.errors import UserError

Schema = Dict[str, Any]

_PRIMITIVES = {bool: "boolean", int: "integer", float: "number", str: "string"}
_INTEGER_KEY = "^[-+]?[0-9]+$"
_NUMBER_KEY = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"


def field_schema(spec: FieldSpec, default: Any, shows_default: bool = True) -> Schema:
    """Return the schema of a field that is no dataclass.

    Args:
        spec: The field.
        default: Its default; MISSING if there is none.
        shows_default: Whether the schema names the default; that of a hidden field may depend on the machine.
    """
    schema = _value_schema(spec)
    plain = plain_value(spec, default)
    if spec.type.optional or default is None:
        schema = nullable(schema)
    elif plain is not MISSING and not _fits(spec, plain):
        schema = {"anyOf": [schema, {"const": plain}]}  # a default need not be of the declared type
    _restrict(schema, spec)
    schema.update(annotations(spec))
    if plain is not MISSING and shows_default:
        schema["default"] = plain
    return schema


def _restrict(schema: Schema, spec: FieldSpec) -> None:
    """Add the range of the numbers that a field allows."""
    allowed = spec.meta(RANGE_KEY)
    if allowed is None:
        return
    if spec.type.is_sequence:
        schema["items"] = {**schema.get("items", {}), **allowed.schema()}
    else:
        schema.update(allowed.schema())


def annotations(spec: FieldSpec) -> Schema:
    """Return title and description of a field."""
    help_text = " ".join(str(spec.meta("help", "")).split())
    if spec.meta("required", False):
        help_text = f"{help_text} (required)".strip()
    return {"title": spec.name, **({"description": help_text} if help_text else {})}


def _value_schema(spec: FieldSpec) -> Schema:
    if spec.json_config("decoder") is not None:
        return {}  # only the decoder knows
    choices = list(spec.meta("choices", []))
    if not choices or any(isinstance(choice, type) for choice in choices):
        return type_schema(spec.type)
    if not spec.meta("enforce_choices", True):
        return {**type_schema(spec.type), "examples": [_plain(choice) for choice in choices]}
    allowed = {"enum": list(dict.fromkeys(form for choice in choices for form in _forms(choice)))}
    return {**type_schema(spec.type), "items": allowed} if spec.type.is_sequence else allowed


def type_schema(spec: TypeSpec) -> Schema:
    """Return the schema of the values of a type."""
    schema = _required_type_schema(spec)
    return nullable(schema) if spec.optional else schema


def _required_type_schema(spec: TypeSpec) -> Schema:
    if spec.kind is Kind.PRIMITIVE:
        return {"type": _PRIMITIVES[spec.type]}
    if spec.kind is Kind.ENUM:
        return {"enum": list(dict.fromkeys(form for member in spec.type for form in _forms(member)))}
    if spec.kind is Kind.TUPLE and not spec.variadic:
        items = [type_schema(item) for item in spec.items]
        return {
            "type": "array",
            "prefixItems": items,
            "items": False,
            "minItems": len(items),
        }
    if spec.is_sequence:
        # a set may name a value twice, which the command line accepts, too
        return {"type": "array", "items": type_schema(spec.item)}
    if spec.kind is Kind.DICT:
        return {"type": "object", **_key_schema(spec.key), "additionalProperties": type_schema(spec.item)}
    if spec.kind is Kind.UNION:
        return {"anyOf": [type_schema(item) for item in spec.items]}
    if spec.kind is Kind.DATACLASS:
        return {"type": "object"}  # where it cannot be chosen, it has the form of parameter files
    return {} if spec.kind is Kind.ANY else {"type": "string"}


def _key_schema(spec: Optional[TypeSpec]) -> Schema:
    if spec is None or spec.type in (str, object):
        return {}
    if spec.kind is Kind.ENUM:
        return {"propertyNames": {"enum": [form for member in spec.type for form in _forms(member)]}}
    if spec.type in (int, float):
        return {"propertyNames": {"pattern": _INTEGER_KEY if spec.type is int else _NUMBER_KEY}}
    return {}


def nullable(schema: Schema) -> Schema:
    """Return a schema that allows null, too."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], *([None] if None not in schema["enum"] else [])]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return dict(schema)


def plain_value(spec: FieldSpec, value: Any) -> Any:
    """Return a value as JSON has it, MISSING if there is none or JSON cannot hold it."""
    if value is MISSING:
        return MISSING
    try:
        plain = json.loads(json.dumps(encode_field(spec, value, spec.name), allow_nan=False))
    except (TypeError, ValueError, AttributeError):
        return MISSING
    return plain


def _fits(spec: FieldSpec, plain: Any) -> bool:
    if spec.json_config("decoder") is not None:
        return True
    try:
        decode_value(spec.type, plain)
    except UserError:
        return False
    return True


def _forms(value: Any) -> Sequence[Any]:
    """Return how a value can be written: that of an enumeration by its value and by its name."""
    forms: List[Any] = [_plain(value)]
    return [*forms, value.name] if isinstance(value, Enum) else forms


def _plain(value: Any) -> Any:
    inner = value.value if isinstance(value, Enum) else value
    return inner if inner is None or isinstance(inner, (bool, int, float, str)) else os.fspath(str(inner))
