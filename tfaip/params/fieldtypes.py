# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the fields of parameter dataclasses hold, as the JSON codec and the command line need to know it."""

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Mapping
from typing import Any, Dict, List, Optional, Tuple, TypeVar, Union, get_args, get_origin

_PRIMITIVES = (bool, int, float, str)


class Kind(enum.Enum):
    """The kinds of values."""

    PRIMITIVE = "primitive"
    ENUM = "enum"
    DATACLASS = "dataclass"
    LIST = "list"
    SET = "set"
    TUPLE = "tuple"
    DICT = "dict"
    UNION = "union"
    CUSTOM = "custom"
    ANY = "any"


@dataclasses.dataclass(frozen=True)
class TypeSpec:
    """The type of a value.

    Attributes:
        kind: The kind of the value.
        type: Its class; a dataclass, an enumeration, a primitive, or the class of the container.
        optional: Whether None is a value, too.
        items: The types of the elements: one for a list, set, dict (its values) or a tuple of any length, one for
            each element of another tuple, one for each member of a union.
        variadic: Whether a tuple has any length.
        key: The type of the keys of a dict.
    """

    kind: Kind
    type: Any
    optional: bool = False
    items: Tuple["TypeSpec", ...] = ()
    variadic: bool = False
    key: Optional["TypeSpec"] = None

    @property
    def item(self) -> "TypeSpec":
        """The type of each element of a container."""
        return self.items[0] if self.items else ANY

    @property
    def is_sequence(self) -> bool:
        """Whether the value is a list, set or tuple."""
        return self.kind in (Kind.LIST, Kind.SET, Kind.TUPLE)

    def describe(self) -> str:
        """Return the type as the help and the messages name it."""
        return self._describe() + (" or none" if self.optional else "")

    def _describe(self) -> str:
        if self.kind is Kind.UNION:
            return " or ".join(item.describe() for item in self.items)
        if self.kind is Kind.TUPLE and not self.variadic:
            return "tuple of " + ", ".join(item.describe() for item in self.items)
        if self.is_sequence:
            return f"{self.type.__name__} of {self.item.describe()}"
        if self.kind is Kind.DICT:
            return f"dict of {(self.key or ANY).describe()} to {self.item.describe()}"
        return "any" if self.kind is Kind.ANY else getattr(self.type, "__name__", str(self.type))


ANY = TypeSpec(Kind.ANY, object)


@dataclasses.dataclass(frozen=True)
class FieldSpec:
    """A field of a parameter dataclass.

    Attributes:
        name: Its name.
        type: The type of its values.
        field: The field itself.
    """

    name: str
    type: TypeSpec
    field: dataclasses.Field

    def meta(self, key: str, default: Any = None) -> Any:
        """Return a setting of ``pai_meta``."""
        value = self.field.metadata.get(key)
        return default if value is None else value

    @property
    def mode(self) -> str:
        """The mode of the flag: ``snake``, ``flat``, ``ssnake`` or ``ignore``."""
        return str(self.meta("mode", "snake"))

    @property
    def has_default(self) -> bool:
        """Whether the class can be made without a value of the field."""
        return (
            not self.field.init
            or self.field.default is not dataclasses.MISSING
            or self.field.default_factory is not dataclasses.MISSING
        )

    def make_default(self) -> Any:
        """Return the default value, ``dataclasses.MISSING`` if there is none."""
        if self.field.default_factory is not dataclasses.MISSING:
            return self.field.default_factory()
        return self.field.default

    def json_config(self, key: str) -> Any:
        """Return a setting of ``dataclasses_json.config``."""
        return self.field.metadata.get("dataclasses_json", {}).get(key)


@functools.cache
def field_specs(cls: type) -> Mapping[str, FieldSpec]:
    """Return the fields of a dataclass by name, in their order."""
    fields: List[dataclasses.Field] = list(dataclasses.fields(cls))
    annotations: Dict[str, Any] = {field.name: field.type for field in fields}
    if any(isinstance(annotation, str) or "ForwardRef(" in repr(annotation) for annotation in annotations.values()):
        annotations.update(typing.get_type_hints(cls))
    generic_types = getattr(cls, "__generic_types__", {})
    return types.MappingProxyType(
        {
            field.name: FieldSpec(field.name, type_spec(annotations[field.name], generic_types), field)
            for field in fields
        }
    )


def type_spec(annotation: Any, generic_types: Optional[Mapping[str, type]] = None) -> TypeSpec:
    """Return what an annotation says.

    Args:
        annotation: The annotation of a field.
        generic_types: What type variables stand for, by name; others count as their bound.
    """
    generics = generic_types or {}
    if isinstance(annotation, TypeVar):
        annotation = generics.get(annotation.__name__, annotation.__bound__)
    if typing.is_typeddict(annotation):
        return ANY
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _union_spec(args, generics)
    if origin is typing.Literal:
        return ANY
    if origin is typing.Annotated:
        return type_spec(args[0], generics)
    container = origin or annotation
    items = tuple(type_spec(arg, generics) for arg in args if arg is not Ellipsis)
    if container in (list, typing.List):
        return TypeSpec(Kind.LIST, list, items=items)
    if container in (set, frozenset, typing.Set, typing.FrozenSet):
        return TypeSpec(Kind.SET, frozenset if container in (frozenset, typing.FrozenSet) else set, items=items)
    if container in (tuple, typing.Tuple):
        return TypeSpec(Kind.TUPLE, tuple, items=items, variadic=not args or args[-1] is Ellipsis)
    if container in (dict, typing.Dict):
        return TypeSpec(Kind.DICT, dict, items=items[1:], key=items[0] if items else None)
    return _class_spec(container)


def _union_spec(args: Tuple[Any, ...], generics: Mapping[str, type]) -> TypeSpec:
    members = [type_spec(arg, generics) for arg in args if arg is not type(None)]
    optional = len(members) < len(args)
    if len(members) == 1:
        return dataclasses.replace(members[0], optional=optional)
    return TypeSpec(Kind.UNION, Union, optional=optional, items=tuple(members))


def _class_spec(cls: Any) -> TypeSpec:
    while hasattr(cls, "__supertype__"):  # typing.NewType
        cls = cls.__supertype__
    if not isinstance(cls, type) or cls in (object, Any):  # Any is a class since Python 3.11
        return ANY
    if issubclass(cls, enum.Enum):
        return TypeSpec(Kind.ENUM, cls)
    if dataclasses.is_dataclass(cls):
        return TypeSpec(Kind.DATACLASS, cls)
    return TypeSpec(Kind.PRIMITIVE if cls in _PRIMITIVES else Kind.CUSTOM, cls)
