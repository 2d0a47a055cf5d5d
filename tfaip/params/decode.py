# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Build parameter dataclasses of the dicts that JSON files hold."""

import dataclasses
import inspect
import logging
import pathlib
from collections.abc import Mapping
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Type, TypeVar

from tfaip.params.fieldtypes import FieldSpec, Kind, TypeSpec, field_specs
from tfaip.params.migrations import SCHEMA_KEY
from tfaip.util.classref import class_reference, is_dataclass_type, is_parameter_class, resolve_class
from tfaip.util.errors import UserError, UserTypeError, UserValueError, did_you_mean
from tfaip.util.trust import UntrustedError

_logger = logging.getLogger(__name__)
T = TypeVar("T")

CLASS_KEY = "__cls__"


class Accepted(NamedTuple):
    """Which classes may stand for the declared one, besides its subclasses.

    Attributes:
        any_parameters: Any class of parameters.
        choices: The classes that the field lists.
    """

    any_parameters: bool = False
    choices: Sequence[Any] = ()

    @classmethod
    def by(cls, spec: FieldSpec) -> "Accepted":
        """Return what a field accepts."""
        return cls(bool(spec.meta("disable_subclass_check", False)), tuple(spec.meta("choices", ())))


SUBCLASSES = Accepted()


def params_from_dict(cls: Type[T], d: Any, *, path: str = "") -> T:
    """Build a parameter tree out of its JSON form.

    Keys that the class does not know (of a newer or older version) are skipped with a debug message, fields that are
    missing get their default.

    Args:
        cls: The class to build, unless ``__cls__`` in the dict names a subclass of it.
        d: The dict. An instance of ``cls`` is returned as it is.
        path: The path of the dict in the whole tree, for messages.

    Returns:
        The new instance.

    Raises:
        UserError: ``__cls__`` names no suitable class, a value has the wrong type, or a required one is missing.
    """
    if isinstance(d, cls):
        return d
    if not isinstance(d, Mapping):
        raise _wrong_type(path, f"the parameters of {cls.__name__}", d)
    actual: Any = _class_of(d.get(CLASS_KEY), cls, path)
    specs = field_specs(actual)
    keys = {json_key(actual, spec): spec for spec in specs.values()}
    values: Dict[str, Any] = {}
    for key, value in d.items():
        spec = keys.get(key) or specs.get(key)
        if spec is None:
            if key not in (CLASS_KEY, SCHEMA_KEY):
                _logger.debug("Skipped %s, a key that %s does not know.", _join(path, key), actual.__name__)
        elif spec.field.init:
            values[spec.name] = _decode_field(actual, spec, value, _join(path, spec.name))
    missing = [spec.name for spec in specs.values() if spec.name not in values and not spec.has_default]
    if missing:
        raise UserValueError(
            f"Required parameters of {actual.__name__} are missing.", where=path or None, expected=", ".join(missing)
        )
    if inspect.isabstract(actual):
        raise UserTypeError(
            f"{actual.__name__} is abstract.", where=_join(path, CLASS_KEY), expected="the name of a subclass of it"
        )
    try:
        return actual(**values)
    except UserError:
        raise
    except ValueError as e:
        raise UserValueError(f"{actual.__name__} refuses its parameters.", where=path or None, got=str(e)) from e
    except (TypeError, AttributeError) as e:
        nulls = [name for name, value in values.items() if value is None and not specs[name].type.optional]
        if not nulls:
            raise
        raise UserTypeError(
            f"{actual.__name__} cannot be made with null.", where=path or None, got=f"null for {', '.join(nulls)}"
        ) from e


def json_key(cls: type, spec: FieldSpec) -> str:
    """Return the key of a field in JSON, which dataclasses_json lets a class or a field choose."""
    class_config = getattr(cls, "dataclass_json_config", None) or {}
    rename = spec.json_config("letter_case") or class_config.get("letter_case")
    return str(rename(spec.name)) if rename else spec.name


def _class_of(reference: Any, declared: Any, path: str, accepted: Accepted = SUBCLASSES) -> Any:
    """Return the class that a dict shall become: the named one if it may stand for the declared one.

    The name comes out of a file: it is located before anything is imported, and refused if it is not trusted.
    """
    if reference is None or reference == class_reference(declared):
        return declared
    where = _join(path, CLASS_KEY)
    if not isinstance(reference, str):
        raise _wrong_type(where, "the name of a class", reference)
    found: Any = resolve_class(reference, where=where)
    expected = f"{class_reference(declared)} or a subclass"
    if not is_dataclass_type(found):
        raise UserTypeError(f"{reference} is not a dataclass.", where=where, expected=expected)
    if declared in found.__mro__ or found in accepted.choices:
        return found
    if accepted.any_parameters:
        if is_parameter_class(found):
            return found
        expected = "a class of parameters, declared with pai_dataclass"
    raise UserTypeError(f"{found.__name__} cannot stand here.", where=where, expected=expected, got=reference)


def _decode_field(cls: type, spec: FieldSpec, value: Any, path: str) -> Any:
    """Return the value of a field; null is taken for what it is, with a warning."""
    if value is None:
        if not spec.type.optional and spec.type.kind is not Kind.ANY and spec.field.default is not None:
            _logger.warning("%s of %s is null, expected %s.", path, cls.__name__, spec.type.describe())
        return None
    return decode_field(spec, value, path)


def decode_field(spec: FieldSpec, value: Any, path: str = "") -> Any:
    """Return the value of a field out of its JSON form, by its own decoder if it has one.

    Args:
        spec: The field.
        value: The JSON form, not None.
        path: Its path in the whole tree, for messages.

    Raises:
        UserError: It is no value of the field.
    """
    decoder = spec.json_config("decoder") or _global_decoder(spec)
    if decoder is None:
        return decode_value(spec.type, value, path, Accepted.by(spec))
    if isinstance(spec.type.type, type) and spec.type.type is type(value):
        return value
    try:
        return decoder(value)
    except UserError:
        raise
    except (ValueError, TypeError, KeyError) as e:
        raise UserValueError(
            f"The value of {path} cannot be read.",
            where=path,
            expected=spec.type.describe(),
            got=_show(value),
            hint=str(e),
        ) from e


def _global_decoder(spec: FieldSpec) -> Any:
    # Imported late: it pulls in marshmallow, which `import tfaip` does not need.
    from dataclasses_json.cfg import global_config

    return global_config.decoders.get(spec.field.type) if global_config.decoders else None


def decode_value(spec: TypeSpec, value: Any, path: str = "", accepted: Accepted = SUBCLASSES) -> Any:
    """Return the value of a type out of its JSON form.

    Args:
        spec: The type.
        value: The JSON form.
        path: Its path in the whole tree, for messages.
        accepted: Which classes ``__cls__`` may name besides subclasses of the declared one.

    Raises:
        UserError: It is no value of the type.
    """
    if value is None and spec.optional:
        return None
    if spec.kind is Kind.DATACLASS:
        return _decode_dataclass(spec, value, path, accepted)
    if spec.kind is Kind.PRIMITIVE:
        return _decode_primitive(spec, value, path)
    if spec.kind is Kind.ENUM:
        return _decode_enum(spec, value, path)
    if spec.is_sequence:
        return _decode_sequence(spec, value, path, accepted)
    if spec.kind is Kind.DICT:
        return _decode_dict(spec, value, path, accepted)
    if spec.kind is Kind.UNION:
        return _decode_union(spec, value, path, accepted)
    if spec.kind is Kind.CUSTOM and isinstance(value, str) and issubclass(spec.type, pathlib.PurePath):
        return spec.type(value)
    return value


def _decode_dataclass(spec: TypeSpec, value: Any, path: str, accepted: Accepted) -> Any:
    if dataclasses.is_dataclass(value):
        return value
    if not isinstance(value, Mapping):
        raise _wrong_type(path, f"the parameters of {spec.type.__name__}", value)
    cls = _class_of(value.get(CLASS_KEY), spec.type, path, accepted)
    return params_from_dict(cls, value, path=path)


def _decode_primitive(spec: TypeSpec, value: Any, path: str) -> Any:
    if isinstance(value, bool) or spec.type is bool:
        fits = isinstance(value, bool) and spec.type is bool
    elif spec.type is int:
        fits = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    else:
        fits = isinstance(value, (int, float) if spec.type is float else str)
    if not fits:
        raise _wrong_type(path, spec.describe(), value)
    return int(value) if spec.type is int else value


def _decode_enum(spec: TypeSpec, value: Any, path: str) -> Any:
    members = spec.type.__members__
    for name, member in members.items():
        if value is member or value == member.value or value == name:
            return member
    choices = [str(member.value) for member in spec.type]
    raise UserValueError(
        f"This is no {spec.type.__name__}.",
        where=path,
        expected=", ".join(choices),
        got=_show(value),
        hint=did_you_mean(str(value), choices),
    )


def _decode_sequence(spec: TypeSpec, value: Any, path: str, accepted: Accepted) -> Any:
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise _wrong_type(path, spec.describe(), value)
    items: List[TypeSpec] = [spec.item] * len(value)
    if spec.kind is Kind.TUPLE and not spec.variadic:
        if len(value) != len(spec.items):
            raise _wrong_type(path, spec.describe(), value)
        items = list(spec.items)
    pairs = enumerate(zip(items, value, strict=True))
    return spec.type(decode_value(item, v, _join(path, str(i)), accepted) for i, (item, v) in pairs)


def _decode_dict(spec: TypeSpec, value: Any, path: str, accepted: Accepted) -> Any:
    if not isinstance(value, Mapping):
        raise _wrong_type(path, spec.describe(), value)
    return {
        _decode_key(spec.key, key, path): decode_value(spec.item, item, _join(path, str(key)), accepted)
        for key, item in value.items()
    }


def _decode_key(spec: Optional[TypeSpec], key: Any, path: str) -> Any:
    """Return the key of a dict. JSON has strings as keys only, so numbers are read out of them."""
    if spec is None or spec.type in (str, object):
        return key
    if spec.kind is Kind.PRIMITIVE and spec.type is not bool and isinstance(key, str):
        try:
            return spec.type(key)
        except ValueError as e:
            raise _wrong_type(path, f"{spec.describe()} as key", key) from e
    return decode_value(spec, key, path)


def _decode_union(spec: TypeSpec, value: Any, path: str, accepted: Accepted) -> Any:
    exact = [item for item in spec.items if type(value) is item.type]
    for item in [*exact, *spec.items]:
        try:
            return decode_value(item, value, path, accepted)
        except UntrustedError:
            raise
        except UserError:
            continue
    raise _wrong_type(path, spec.describe(), value)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _show(value: Any, width: int = 80) -> str:
    text = repr(value)
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _wrong_type(path: str, expected: str, value: Any) -> UserTypeError:
    return UserTypeError(
        "A parameter has the wrong type.",
        where=path or None,
        expected=expected,
        got=f"{_show(value)} ({type(value).__name__})",
    )
