# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Enumerations that can be fields of parameters."""

from enum import Enum


class StrEnum(str, Enum):  # noqa: UP042 - the contract names these bases; str() is our own
    """An enumeration whose members are strings: in JSON, on the command line and when printed."""

    def __str__(self) -> str:
        return str(self.value)
