# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""All migrations, and the chain of them that a file goes through."""

import copy
import logging
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple

from tfaip.params.migrations.migration import Migration
from tfaip.params.migrations.v1_to_v2 import V1_TO_V2
from tfaip.util.errors import UserError, UserTypeError
from tfaip.version import __version__

_logger = logging.getLogger(__name__)

SCHEMA_KEY = "tfaip_schema"
SCHEMA_VERSION = 2
OLDEST_VERSION = 1

MIGRATIONS: Tuple[Migration, ...] = (*V1_TO_V2,)


def schema_version(d: Mapping[str, Any], where: Optional[str] = None) -> int:
    """Return the version of a parameter file.

    Args:
        d: What the file holds.
        where: The file, for messages.

    Raises:
        UserTypeError: The version is no positive integer.
    """
    version = d.get(SCHEMA_KEY, OLDEST_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < OLDEST_VERSION:
        raise UserTypeError(
            f"The version of the parameter file ({SCHEMA_KEY}) is no version.",
            where=where or None,
            expected=f"an integer from {OLDEST_VERSION} to {SCHEMA_VERSION}",
            got=f"{version!r} ({type(version).__name__})",
            hint=f"take the key {SCHEMA_KEY} out if the file was written by hand.",
        )
    return version


def migrate(d: Mapping[str, Any], where: Optional[str] = None) -> Dict[str, Any]:
    """Return the content of a parameter file in the form of the present version.

    Args:
        d: What the file holds: the parameters of a training or of a scenario, or a part of them. It is not changed.
        where: The file, for messages.

    Returns:
        A new dict that carries the present version. Migrating it again changes nothing.

    Raises:
        UserError: The file is of a newer version, or its version is no integer.
    """
    version = schema_version(d, where)
    if version > SCHEMA_VERSION:
        raise _too_new(d, version, where)
    result = copy.deepcopy(dict(d))
    for migration in chain(version, SCHEMA_VERSION):
        migration.apply(result)
        _logger.debug("Applied the migration %s (%s)", migration.name, where or "parameters")
    return with_schema_version(result)


def chain(from_version: int, to_version: int, migrations: Iterable[Migration] = MIGRATIONS) -> Iterable[Migration]:
    """Return the migrations between two versions, in their order: by version, then as they are registered."""
    steps = [m for m in migrations if from_version <= m.from_version and m.to_version <= to_version]
    return sorted(steps, key=lambda migration: migration.from_version)


def with_schema_version(d: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the dict as a file of today holds it: with the present version as its first key."""
    return {SCHEMA_KEY: SCHEMA_VERSION, **{key: value for key, value in d.items() if key != SCHEMA_KEY}}


def _too_new(d: Mapping[str, Any], version: int, where: Optional[str]) -> UserError:
    scenario = d.get("scenario", d)
    writer = scenario.get("tfaip_version") if isinstance(scenario, Mapping) else None
    by = f", written by tfaip {writer}" if writer else ""
    return UserError(
        "The parameter file is of a newer version than this tfaip can read.",
        where=where or None,
        expected=f"{SCHEMA_KEY} {SCHEMA_VERSION} or less (tfaip {__version__})",
        got=f"{SCHEMA_KEY} {version}{by}",
        hint=f"install {f'tfaip {writer}' if writer else 'a newer tfaip'} or later to read it.",
    )
