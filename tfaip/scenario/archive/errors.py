# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is said about an archive that is not unpacked."""

from typing import Optional

from tfaip.util.errors import UserError, UserValueError


def refused(path: str, member: str, expected: str, got: Optional[str] = None) -> UserError:
    """Return the error of an archive with a member that no export writes.

    Args:
        path: The archive.
        member: The name of the member.
        expected: What an archive holds instead.
        got: What the member is. Default: its name.
    """
    shown = member if len(member) <= 200 else f"{member[:200]}..."
    return UserValueError(
        "The archive is not unpacked: it holds what no exported model holds.",
        where=f"{path}, {shown}",
        expected=expected,
        got=got,
        hint="pack a model directory with tfaip-export MODEL_DIR --output FILE.",
    )


def over_limit(path: str, expected: str, got: str, variable: str) -> UserError:
    """Return the error of an archive that is larger than archives of models are.

    Args:
        path: The archive.
        expected: The limit.
        got: What exceeds it.
        variable: The environment variable that sets the limit.
    """
    return UserValueError(
        "The archive is not unpacked: it is larger than archives of models are.",
        where=path,
        expected=expected,
        got=got,
        hint=f"if you trust who made it, set a higher limit in the environment: {variable}=NUMBER.",
    )


def damaged(path: str, got: str, member: Optional[str] = None) -> UserError:
    """Return the error of an archive that cannot be read.

    Args:
        path: The archive.
        got: What is wrong.
        member: The member that cannot be read, if it is known.
    """
    return UserValueError(
        "The archive is damaged or not complete.",
        where=f"{path}, {member}" if member else path,
        expected="a model directory as .zip, .tar, .tar.gz or .tgz",
        got=got,
        hint="copy or download it again, or pack the model again.",
    )
