# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Give a parameter tree the form of a configuration file.

The walk follows that of the tree of flags (`tfaip.params.cli.grow`): each value is compared with the default that it
would have if the file did not name it, so that what is left out comes back.
"""

import dataclasses
import json
from dataclasses import MISSING
from typing import Any, Dict, List, Optional, Tuple

from tfaip.params.cli.choices import ChoiceField
from tfaip.params.cli.nodes import Place, Root, has_flag, holds_dataclass, holds_dataclasses
from tfaip.params.codec import encode_field
from tfaip.params.decode import CLASS_KEY
from tfaip.params.fieldtypes import FieldSpec, Kind, field_specs
from tfaip.util.classref import class_reference

_NOTHING = object()


@dataclasses.dataclass
class RootValue:
    """A tree to write.

    Attributes:
        value: The root dataclass.
        root: Its place in the program, with the defaults.
    """

    value: Any
    root: Root


class ConfigWriter:
    """Writes trees as plain values.

    Args:
        diff: Whether only the differences to the defaults are written.
    """

    def __init__(self, diff: bool = False):
        self._diff = diff
        self._ignore: Tuple[str, ...] = ()

    def write(self, root_value: RootValue) -> Dict[str, Any]:
        """Return the fields of a root."""
        value, root = root_value.value, root_value.root
        self._ignore = root.ignore
        default = root.default
        flag = "" if root.flat else root.name
        place = Place(flag, "", (flag,) if flag else (), root.name)
        choice = ChoiceField.of(None, root.dc_type, default, optional=False)
        present = root.dc_type if default in (MISSING, None) else type(default)
        result = self._dataclass(value, default, place, root.flat)
        if type(value) is not present:
            return {CLASS_KEY: class_name(choice, type(value)), **result}
        return result

    def _dataclass(self, value: Any, default: Any, place: Place, flat: bool = False) -> Dict[str, Any]:
        """Return the fields of a dataclass."""
        inherited: Dict[str, Any] = {}
        cls: Any = type(value)
        default_cls: Any = type(default)
        if default is not MISSING and default is not None and default_cls in cls.__mro__:
            inherited = {name: getattr(default, name) for name in field_specs(default_cls)}
        result = {}
        for spec in field_specs(cls).values():
            if not spec.field.init:
                continue
            field_place = place.child(spec, flat)
            if any(field_place.flag.startswith(prefix) for prefix in self._ignore):
                continue
            exclude = spec.json_config("exclude")
            present = getattr(value, spec.name)
            if exclude is not None and exclude(present):
                continue
            field_default = inherited.get(spec.name, _NOTHING)
            written = self._field(
                spec, present, spec.make_default() if field_default is _NOTHING else field_default, field_place
            )
            if written is not _NOTHING:
                result[spec.name] = written
        return result

    def _field(self, spec: FieldSpec, value: Any, default: Any, place: Place) -> Any:
        """Return the form of a field, _NOTHING if it is left out."""
        if (self._diff or spec.mode == "ignore") and default is not MISSING and _same(spec, value, default):
            return _NOTHING
        if has_flag(spec.type):
            if holds_dataclass(spec.type) and _is_dataclass(value):
                return self._branch(spec, value, default, place)
            if holds_dataclasses(spec.type) and _holds_only_dataclasses(value):
                return self._group(spec, value, place)
        return encode_field(spec, value, place.path)

    def _branch(self, spec: FieldSpec, value: Any, default: Any, place: Place) -> Any:
        declared = spec.type.type if spec.type.kind is Kind.DATACLASS else None
        choice = ChoiceField.of(spec, declared, default, spec.type.optional)
        is_default = type(value) is type(default)
        result = self._dataclass(value, default, place)
        if is_default and self._diff:
            return result
        if spec.meta("fix_dc", False) and (is_default or default is MISSING):
            return result
        if is_default and (len(choice.names()) < 2 or not _can_be_named(type(value))):
            return result
        return {CLASS_KEY: class_name(choice, type(value)), **result}

    def _group(self, spec: FieldSpec, value: Any, place: Place) -> Any:
        declared = spec.type.item.type if spec.type.item.kind is Kind.DATACLASS else None
        choice = ChoiceField.of(spec, declared, MISSING, optional=False)
        if declared is None:
            choice = dataclasses.replace(choice, choices=[item.type for item in spec.type.item.items])
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        written = {str(key): self._element(choice, declared, item, place, str(key)) for key, item in pairs}
        return written if isinstance(value, dict) else list(written.values())

    def _element(self, choice: ChoiceField, declared: Optional[type], value: Any, place: Place, key: str) -> Any:
        """Return the form of an element: it does not inherit anything."""
        result = self._dataclass(value, MISSING, place.element(key, "."))
        return result if type(value) is declared else {CLASS_KEY: class_name(choice, type(value)), **result}


def class_name(choice: ChoiceField, cls: type) -> str:
    """Return the shortest name of a class by which a file chooses it for certain.

    Where the choices are not listed, they are the classes that happen to be imported: then the whole name is taken.
    """
    if cls in choice.choices:
        name = choice.display(cls)
        if ":" not in name and choice.find(name, "")[0] is cls:
            return name
    return class_reference(cls)


def _can_be_named(cls: type) -> bool:
    return "<locals>" not in cls.__qualname__


def _is_dataclass(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def _holds_only_dataclasses(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_dataclass, value.values()))
    return isinstance(value, (list, tuple)) and all(map(_is_dataclass, value))


def _same(spec: FieldSpec, value: Any, default: Any) -> bool:
    """Return whether two values have the same form in files; NaN is the same as NaN, 1 another than 1.0."""
    texts: List[str] = [json.dumps(encode_field(spec, item, spec.name)) for item in (value, default)]
    return texts[0] == texts[1]
