# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Packages that only some programs need."""

import importlib.util
from typing import Sequence

from tfaip.util.errors import UserError


def check_packages(names: Sequence[str], who: str, extra: str) -> None:
    """Check that the packages of an extra are installed.

    Args:
        names: The packages, as they are imported.
        who: Who needs them, for the message.
        extra: The extra.

    Raises:
        UserError: One is missing.
    """
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise UserError(
            f"{who} needs packages that are not installed.",
            expected=", ".join(names),
            got=f"no {', no '.join(missing)}",
            hint=f"pip install 'tfaip[{extra}]'",
        )
