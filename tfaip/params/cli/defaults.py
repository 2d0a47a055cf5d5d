# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The default values of dataclass fields."""

import dataclasses
from dataclasses import MISSING
from typing import Any, Dict, Optional, Tuple

from tfaip.params.cli.nodes import Place


def elements_of(default: Any) -> Dict[str, Tuple[Any, Any]]:
    """Return the class and the instance of each element of a list or dict of dataclasses."""
    if isinstance(default, dict):
        return {str(key): (type(value), value) for key, value in default.items()}
    if default is None or default is MISSING:
        return {}
    return {str(index): (type(value), value) for index, value in enumerate(default)}


def check_default(place: Place, default: Optional[Any]) -> None:
    """Check that the default of a dataclass field can be one.

    Raises:
        TypeError: It is no instance of a dataclass.
    """
    if (
        default is not None
        and default is not MISSING
        and not (dataclasses.is_dataclass(default) and not isinstance(default, type))
    ):
        raise TypeError(
            f"The default of {place.path} must be an instance of a dataclass, but is {default!r}. "
            "Was the class given instead of an instance, Params instead of Params()?"
        )
