# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameter trees as JSON: the form of all parameter files.

Every dataclass becomes an object of its fields in order, with ``"__cls__": "package.module:Class"`` at the end. Sets
are sorted lists, enumerations their values. ``dataclasses_json.config(encoder=..., decoder=...)`` of a field is
honoured.
"""

import dataclasses
import json
import os
import pathlib
import sys
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, Dict, Union

from tfaip.params.decode import CLASS_KEY, json_key, params_from_dict
from tfaip.params.fieldtypes import FieldSpec, field_specs
from tfaip.params.migrations import with_schema_version
from tfaip.util.classref import class_reference
from tfaip.util.errors import UserError, UserFileNotFoundError, UserTypeError
from tfaip.util.file.atomic import write_text_atomically

__all__ = ["load_json", "params_from_dict", "params_to_dict", "params_to_json", "save_json", "save_params"]

PathLike = Union[str, "os.PathLike[str]"]


def params_to_dict(obj: Any) -> Dict[str, Any]:
    """Return the JSON form of a parameter dataclass.

    Args:
        obj: An instance of a dataclass.

    Raises:
        UserTypeError: A value of the tree has no JSON form and its field no encoder.
    """
    return _encode_dataclass(obj, type(obj), "")


def params_to_json(obj: Any, indent: int = 2) -> str:
    """Return the text of a parameter dataclass, or of a dict, as a parameter file holds it."""
    values = params_to_dict(obj) if dataclasses.is_dataclass(obj) else _encode(obj, object, "")
    return json.dumps(values, indent=indent)


def load_json(path: PathLike) -> Any:
    """Read a JSON file.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserError: It is not JSON; with file, line and column.
    """
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except FileNotFoundError as e:
        raise UserFileNotFoundError("The file does not exist.", where=os.fspath(path)) from e
    except (OSError, UnicodeDecodeError) as e:
        raise UserError("The file cannot be read.", where=os.fspath(path), got=str(e)) from e
    try:
        return json.loads(text)
    except json.JSONDecodeError as e:
        raise UserError(
            "The file is not valid JSON.", where=f"{os.fspath(path)}:{e.lineno}:{e.colno}", got=e.msg
        ) from e
    except (RecursionError, ValueError) as e:
        # objects within objects without end, or a number of too many digits
        raise UserError("The file cannot be read.", where=os.fspath(path), got=str(e)) from e


def save_json(path: PathLike, obj: Any) -> None:
    """Write a parameter dataclass, or a dict, as JSON: wholly or, if anything fails, not at all.

    Args:
        path: The file; it is replaced if it exists, and its directory is created.
        obj: A parameter dataclass or anything that JSON can hold.
    """
    text = params_to_json(obj)
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    write_text_atomically(os.fspath(path), text)


def save_params(path: PathLike, params: Any) -> None:
    """Write the parameters of a training or of a scenario as a parameter file, which carries its version.

    Args:
        path: The file; it is replaced if it exists, and its directory is created.
        params: A parameter dataclass, or its JSON form.
    """
    values = params_to_dict(params) if dataclasses.is_dataclass(params) else params
    save_json(path, with_schema_version(values))


def _encode_dataclass(obj: Any, declared: Any, path: str) -> Dict[str, Any]:
    cls: Any = type(obj)
    result: Dict[str, Any] = {}
    for spec in field_specs(cls).values():
        value = getattr(obj, spec.name)
        exclude = spec.json_config("exclude")
        if exclude is not None and exclude(value):
            continue
        result[json_key(cls, spec)] = encode_field(spec, value, f"{path}.{spec.name}" if path else spec.name)
    # A class that is no pai_dataclass needs its name only where it stands for its base.
    if hasattr(cls, "__pai_dataclass__") or (cls is not declared and declared is not object):
        result[CLASS_KEY] = class_reference(cls)
    return result


def encode_field(spec: FieldSpec, value: Any, path: str = "") -> Any:
    """Return the JSON form of the value of a field, by its own encoder if it has one.

    Args:
        spec: The field.
        value: The value.
        path: Its path in the whole tree, for messages.

    Raises:
        UserTypeError: The value has no JSON form and the field no encoder.
    """
    encoder = spec.json_config("encoder") or _global_encoder(spec)
    if encoder is not None:
        # The encoder gets dataclasses as dicts, as dataclasses_json does it.
        value = encoder(_encode(value, spec.type.type, path) if _is_params(value) else value)
    return _encode(value, spec.type.type, path)


def _global_encoder(spec: FieldSpec) -> Any:
    # Imported late: it pulls in marshmallow, which `import tfaip` does not need.
    from dataclasses_json.cfg import global_config

    return global_config.encoders.get(spec.field.type) if global_config.encoders else None


def _is_params(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def _encode(value: Any, declared: Any, path: str) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if _is_params(value):
        return _encode_dataclass(value, declared, path)
    if isinstance(value, Mapping):
        return {_encode_key(key): _encode(item, object, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        items = [_encode(item, object, path) for item in value]
        return sorted(items, key=lambda item: (type(item).__name__, item))
    if _is_numpy(value):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Collection) and not isinstance(value, (bytes, bytearray)):
        return [_encode(item, object, f"{path}.{i}") for i, item in enumerate(value)]
    raise UserTypeError(
        "A value has no form in JSON.",
        where=path or None,
        got=f"{type(value).__module__}:{type(value).__name__}",
        hint="Give the field an encoder and a decoder by dataclasses_json.config(encoder=..., decoder=...).",
    )


def _is_numpy(value: Any) -> bool:
    """Return whether the value is an array or number of numpy, which is slow to import only to look."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic))


def _encode_key(key: Any) -> Any:
    return key.value if isinstance(key, Enum) else key
