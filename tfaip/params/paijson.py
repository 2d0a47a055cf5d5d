# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``from_dict`` and ``from_json`` of ``pai_dataclass``, which paiargparse implements, with checked class names.

paiargparse imports whatever module ``__cls__`` names. Existing programs call these methods on dicts that they read from
files, so the names are checked here as they are for tfaip's own reading.
"""

import functools
from collections.abc import Mapping
from typing import Any, Callable

import dataclasses_json.core
import paiargparse.dataclass_json_overrides as overrides

from tfaip.util.classref import class_reference, is_parameter_class, resolve_class
from tfaip.util.errors import UserTypeError

_CLASS_KEY = "__cls__"


def check_class_names() -> None:
    """Let the decoder of paiargparse check each class name before it imports the module."""
    if not hasattr(overrides._decode_dataclass, "__wrapped__"):
        overrides._decode_dataclass = _checked(overrides._decode_dataclass)
        # paiargparse also replaces the function of dataclasses_json, which decodes lists and dicts of dataclasses
        dataclasses_json.core._decode_dataclass = overrides._decode_dataclass


def _checked(decode: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(decode)
    def decode_checked(cls: Any, kvs: Any, infer_missing: bool) -> Any:
        reference = kvs.get(_CLASS_KEY) if isinstance(kvs, Mapping) else None
        if reference is None or reference == class_reference(cls):
            return decode(cls, kvs, infer_missing)
        # without the name, so that it is not resolved a second time, unchecked
        values = {key: value for key, value in kvs.items() if key != _CLASS_KEY}
        return decode(_class_of(reference, cls), values, infer_missing)

    return decode_checked


def _class_of(reference: Any, declared: type) -> type:
    found = resolve_class(reference, where=_CLASS_KEY)
    # which other classes a field accepts is not known here
    if declared not in found.__mro__ and not is_parameter_class(found):
        raise UserTypeError(
            f"{found.__name__} cannot stand here.",
            where=_CLASS_KEY,
            expected=f"{class_reference(declared)}, a subclass, or another class of parameters",
            got=reference,
        )
    return found
