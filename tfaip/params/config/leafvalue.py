# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Read the value of a single parameter out of a configuration file."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import MISSING
from typing import Any, List, Optional

from tfaip.params.cli.values import check_choices
from tfaip.params.codec import encode_field
from tfaip.params.config.entry import Entry
from tfaip.params.decode import CLASS_KEY, decode_field, decode_value, json_key
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec, field_specs
from tfaip.util.classref import split_reference
from tfaip.util.errors import UserError, UserTypeError, UserValueError, did_you_mean
from tfaip.util.trust import check_trusted


def read_value(spec: FieldSpec, entry: Entry, default: Any) -> Any:
    """Return the value of a field.

    Args:
        spec: The field.
        entry: What the file says.
        default: The value without the file; MISSING if there is none.

    Returns:
        The value; MISSING if it is the default, although that is not of the declared type.

    Raises:
        UserError: It is no value of the field; ``where`` is its path below the field.
        ValueMistake: It is none of the values that the field allows.
    """
    if entry.value is None and (spec.type.optional or spec.type.kind is Kind.ANY or default is None):
        return None
    _check_class_names(entry)
    has_decoder = spec.json_config("decoder") is not None
    try:
        plain = entry.plain() if has_decoder else _plain(spec.type, entry)
        if plain is None and has_decoder:
            raise UserTypeError("A parameter has the wrong type.", expected=spec.type.describe())
        value = decode_field(spec, plain)
    except UserError:
        # By the texts: 1 and true are the same otherwise.
        if default is not MISSING and repr(encode_field(spec, default)) == repr(entry.plain()):
            return MISSING
        raise
    if not has_decoder:
        _check_keys(value, entry, "")
    check_choices(spec, value)
    return value


def _check_class_names(entry: Entry) -> None:
    """Check that no class in a value lies in the directory of the file. The rest is checked when the value is read."""
    for key, child in entry.children():
        if key == CLASS_KEY and isinstance(child.value, str) and ":" in child.value:
            check_trusted(split_reference(child.value)[0], folder=entry.folder)
        _check_class_names(child)


def wrong_items(spec: FieldSpec, entry: Entry) -> List[UserError]:
    """Return the mistakes of all elements within the value of a field, none if they cannot be told apart.

    Args:
        spec: The field.
        entry: What the file says.
    """
    return [] if spec.json_config("decoder") is not None else list(_wrong_items(spec.type, entry, ""))


def _wrong_items(spec: TypeSpec, entry: Entry, path: str) -> Iterator[UserError]:
    items = _item_types(spec, entry)
    if items is None:
        try:
            decode_value(spec, _plain(spec, entry), path)
        except UserError as e:
            yield e
        return
    for (key, child), item in zip(entry.children(), items, strict=True):
        yield from _wrong_items(item, child, f"{path}.{key}" if path else key)


def _item_types(spec: TypeSpec, entry: Entry) -> Optional[Sequence[TypeSpec]]:
    """Return the types of the elements of a list or dict, None if the value has another form."""
    if isinstance(entry.value, dict) and spec.kind is Kind.DICT:
        return [spec.item] * len(entry.value)
    if isinstance(entry.value, list) and spec.is_sequence:
        items = [spec.item] * len(entry.value) if spec.variadic or spec.kind is not Kind.TUPLE else spec.items
        return items if len(items) == len(entry.value) else None
    return None


def _check_keys(value: Any, entry: Entry, path: str) -> None:
    """Check that a file names no field that a dataclass within a value does not have."""
    children = dict(entry.children())
    prefix = f"{path}." if path else ""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        cls: Any = type(value)
        inner = {json_key(cls, spec): getattr(value, name) for name, spec in field_specs(cls).items()}
        inner.update({name: getattr(value, name) for name in field_specs(cls)})
        for key in children:
            if key not in inner and key != CLASS_KEY:
                hint = did_you_mean(key, inner)
                expected = f"a field of {cls.__name__}"
                raise UserValueError("Unknown key.", where=prefix + key, expected=expected, hint=hint)
    elif isinstance(value, dict):
        inner = {str(key): item for key, item in value.items()}
    elif isinstance(value, (list, tuple)):
        inner = {str(index): item for index, item in enumerate(value)}
    else:
        return
    for key, child in children.items():
        if key in inner:
            _check_keys(inner[key], child, prefix + key)


def _plain(spec: TypeSpec, entry: Entry) -> Any:
    """Return the JSON form: keys that are declared as texts are texts, other classes are made of their text."""
    items = _item_types(spec, entry)
    if items is not None and isinstance(entry.value, dict):
        as_text = spec.key is not None and spec.key.type is str
        return {str(key) if as_text else key: _plain(spec.item, child) for key, child in entry.value.items()}
    if items is not None:
        return [_plain(item, child) for item, child in zip(items, entry.value, strict=True)]
    if spec.kind is Kind.CUSTOM and not isinstance(entry.value, str):
        if entry.value is None and spec.optional:
            return None
        raise UserTypeError("A parameter has the wrong type.", expected=f"{spec.describe()}, as text")
    if spec.kind is Kind.CUSTOM:
        try:
            return spec.type(entry.value)
        except (TypeError, ValueError):
            return entry.value
    return entry.plain()
