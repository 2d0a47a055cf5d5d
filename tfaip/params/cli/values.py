# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Turn the texts of a command line into values."""

import json
import math
from enum import Enum
from typing import Any, List, Optional, Sequence

from tfaip.params.cli.errors import Mistake, listing
from tfaip.params.decode import decode_value
from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec
from tfaip.params.ranges import RANGE_KEY
from tfaip.util.errors import UserError, did_you_mean

_TRUE = {"true", "yes", "y", "1"}
_FALSE = {"false", "no", "n", "0"}


class ValueMistake(Exception):
    """A text is not a value of the type.

    Args:
        expected: What would be.
        got: The text.
        hint: What to try.
        is_choice: Whether the type is right, but the value is none of the choices.
    """

    def __init__(self, expected: str, got: str, hint: Optional[str] = None, is_choice: bool = False):
        super().__init__(expected, got, hint, is_choice)
        self.expected = expected
        self.got = got
        self.hint = hint
        self.is_choice = is_choice


def value_mistake(flag: str, e: ValueMistake) -> Mistake:
    """Return the mistake of a flag whose values do not fit."""
    what = f"{flag} has no such choice." if e.is_choice else f"{flag} has a wrong value."
    return Mistake(what, expected=e.expected, got=e.got, hint=e.hint)


def is_none(texts: Sequence[str]) -> bool:
    """Return whether the values say ``none``."""
    return len(texts) == 1 and texts[0].lower() in ("none", "null")


def parse_values(spec: FieldSpec, texts: Sequence[str]) -> Any:
    """Return the value of a field.

    Args:
        spec: The field.
        texts: What stands behind its flag.

    Raises:
        ValueMistake: They are no value of this field.
    """
    value = _parse(spec.type, texts, spec)
    check_choices(spec, value)
    return value


def check_choices(spec: FieldSpec, value: Any) -> None:
    """Check that a value is one that its field allows.

    Raises:
        ValueMistake: It is not.
    """
    allowed = spec.meta(RANGE_KEY)
    if allowed is not None and not allowed.holds(value):
        raise ValueMistake(allowed.describe(), show_value(value))
    choices = spec.meta("choices", [])
    if choices and spec.meta("enforce_choices", True) and value is not None:
        allowed = {str(choice) for choice in choices}
        wrong = [item for item in (value if spec.type.is_sequence else [value]) if str(item) not in allowed]
        if wrong:
            names, got = [show_value(choice) for choice in choices], " ".join(map(show_value, wrong))
            raise ValueMistake(listing(names), got, did_you_mean(str(wrong[0]), names), is_choice=True)


def value_choices(spec: FieldSpec) -> List[str]:
    """Return the values that a field allows, as texts; empty if it allows any of its type."""
    choices = spec.meta("choices", [])
    if choices:
        return [show_value(choice) for choice in choices]
    inner = spec.type.item if spec.type.is_sequence else spec.type
    if inner.kind is Kind.ENUM:
        return [str(member.value) for member in inner.type]
    return []


def show_value(value: Any) -> str:
    """Return a value as one would type it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, (set, frozenset)):
        return " ".join(sorted(map(show_value, value))) or "[]"
    if isinstance(value, (list, tuple)):
        return " ".join(map(show_value, value)) or "[]"
    if isinstance(value, dict):
        return " ".join(f"{show_value(key)}={show_value(item)}" for key, item in value.items()) or "{}"
    return '""' if value == "" else str(value)


def _parse(spec: TypeSpec, texts: Sequence[str], field: FieldSpec) -> Any:
    if spec.optional and is_none(texts):
        return None
    if spec.is_sequence and spec.item.kind in (Kind.LIST, Kind.SET, Kind.TUPLE, Kind.DICT):
        return _parse_json(spec, texts)
    if spec.is_sequence:
        return _parse_sequence(spec, texts, field)
    if spec.kind is Kind.DICT:
        return _parse_dict(spec, texts)
    if spec.type is bool and not texts:
        return True
    if len(texts) != 1:
        hint = "Put a value with blanks into quotes." if texts and spec.type is str else None
        raise ValueMistake(f"one value, {spec.describe()}", " ".join(texts) if texts else "no value", hint)
    return parse_scalar(spec, texts[0])


def _parse_sequence(spec: TypeSpec, texts: Sequence[str], field: FieldSpec) -> Any:
    if not texts and field.meta("nargs", "*") == "+":
        raise ValueMistake(f"at least one value, {spec.describe()}", "no value")
    if spec.kind is Kind.TUPLE and not spec.variadic:
        if len(texts) != len(spec.items):
            raise ValueMistake(f"{len(spec.items)} values, {spec.describe()}", " ".join(texts) or "no value")
        return tuple(_parse_each(spec.items, texts))
    return spec.type(_parse_each([spec.item] * len(texts), texts))


def _parse_each(specs: Sequence[TypeSpec], texts: Sequence[str]) -> List[Any]:
    """Return the values of several texts; a mistake names all that are wrong in the same way."""
    values: List[Any] = []
    wrong: List[ValueMistake] = []
    for spec, text in zip(specs, texts, strict=True):
        try:
            values.append(parse_scalar(spec, text))
        except ValueMistake as e:
            wrong.append(e)
    if wrong:
        first = wrong[0]
        got = " ".join(e.got for e in wrong if e.expected == first.expected)
        raise ValueMistake(first.expected, got, first.hint, first.is_choice)
    return values


def _parse_dict(spec: TypeSpec, texts: Sequence[str]) -> Any:
    result = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise ValueMistake("key=value", text)
        parsed = parse_scalar(spec.key, key) if spec.key else key
        if parsed in result:
            raise ValueMistake("each key once", " ".join(texts))
        result[parsed] = parse_scalar(spec.item, value)
    return result


def _parse_json(spec: TypeSpec, texts: Sequence[str]) -> Any:
    """Return a nested structure, which has no other form than JSON on the command line."""
    if not texts:
        return spec.type()
    text = " ".join(texts)
    try:
        return decode_value(spec, json.loads(text))
    except (json.JSONDecodeError, UserError) as e:
        raise ValueMistake(f"{spec.describe()}, as JSON", text, str(e).splitlines()[0]) from e


def parse_scalar(spec: TypeSpec, text: str) -> Any:
    """Return the value of one text.

    Raises:
        ValueMistake: It is no value of the type.
    """
    if spec.optional and is_none([text]):
        return None
    if spec.kind is Kind.ENUM:
        return _parse_enum(spec, text)
    if spec.kind is Kind.UNION:
        return _parse_union(spec, text)
    if spec.kind is Kind.ANY:
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    if spec.type is str:
        return text
    if spec.type is bool:
        return _parse_bool(text)
    try:
        return spec.type(text)
    except (ValueError, TypeError) as e:
        raise ValueMistake(spec.describe(), text or '""', _number_hint(spec, text)) from e


def _number_hint(spec: TypeSpec, text: str) -> Optional[str]:
    if spec.type not in (int, float):
        return None
    try:
        number = float(text)
    except ValueError:
        has_list = "," in text or text[:1] in ("[", "(")
        return "Numbers have no commas or brackets; several values stand side by side: 1 2" if has_list else None
    if not math.isfinite(number):
        return None
    return f"{number:.0f}" if number.is_integer() else "Whole numbers only."


def boolean(text: str) -> bool:
    """Return the value of a text; can be the ``type`` of a plain argument.

    Raises:
        ValueError: It is no boolean.
    """
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError(text)


def _parse_bool(text: str) -> bool:
    try:
        return boolean(text)
    except ValueError as e:
        raise ValueMistake("true or false (also yes, no, 1, 0)", text or '""') from e


def _parse_enum(spec: TypeSpec, text: str) -> Any:
    members = spec.type.__members__
    for fold in (str, str.lower):
        matches = {member for name, member in members.items() if fold(text) in (fold(str(member.value)), fold(name))}
        if len(matches) == 1:
            return matches.pop()
    names = [str(member.value) for member in spec.type]
    raise ValueMistake(listing(names), text or '""', did_you_mean(text, names), is_choice=True)


def _parse_union(spec: TypeSpec, text: str) -> Any:
    """Return the value of the most special member: text fits ``str`` always, so that comes last."""
    for item in sorted(spec.items, key=lambda item: item.type is str):
        try:
            return parse_scalar(item, text)
        except ValueMistake:
            continue
    raise ValueMistake(spec.describe(), text or '""')
