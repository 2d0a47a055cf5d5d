# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Every name and field that existing programs use is there, with its default."""

import dataclasses
import importlib
from enum import Enum

import pytest

from test.contract.names import FIELDS, NAMES


@pytest.mark.parametrize("module", NAMES)
def test_existing_imports_work(module: str) -> None:
    imported = importlib.import_module(module)
    missing = [name for name in NAMES[module].split() if not hasattr(imported, name)]
    assert not missing


@pytest.mark.parametrize("reference", FIELDS)
def test_fields_have_their_defaults(reference: str) -> None:
    module, _, name = reference.partition(":")
    cls = getattr(importlib.import_module(module), name)
    fields = {field.name: field for field in dataclasses.fields(cls)}
    for field_name, expected in FIELDS[reference].items():
        assert field_name in fields, field_name
        if expected is ...:
            continue
        assert _default(cls, fields[field_name]) == expected, field_name


def _default(cls: type, field: dataclasses.Field) -> object:
    value = field.default if field.default is not dataclasses.MISSING else field.default_factory()  # type: ignore[misc]
    if cls.__name__ == "DataPipelineParams":
        value = getattr(cls(), field.name)
    return value.value if isinstance(value, Enum) else value
