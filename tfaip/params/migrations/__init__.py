# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Versions of the parameter files, and how a file of an older one is read.

A file tells its version by the key ``tfaip_schema`` at its top level. A file without it is of version 1: that of
tfaip 1.2, and what ``to_dict()`` of a parameter class gives.
"""

from tfaip.params.migrations.migration import Migration
from tfaip.params.migrations.registry import (
    MIGRATIONS,
    SCHEMA_KEY,
    SCHEMA_VERSION,
    migrate,
    schema_version,
    with_schema_version,
)

__all__ = [
    "MIGRATIONS",
    "SCHEMA_KEY",
    "SCHEMA_VERSION",
    "Migration",
    "migrate",
    "schema_version",
    "with_schema_version",
]
