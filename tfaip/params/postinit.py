# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Run ``__post_init__`` again after fields of a parameter tree were set."""

import dataclasses
from typing import Any


def post_init(dc: Any) -> None:
    """Call ``__post_init__`` of a dataclass and of all dataclasses that are its fields, children first.

    Dataclasses in lists and dicts are left alone. What is not a dataclass is left alone, too. ``__post_init__``
    is called more than once in the life of a tree and must not mind; it is the place where parents share their
    parameters with their children.
    """
    if not dataclasses.is_dataclass(dc) or isinstance(dc, type):
        return
    for field in dataclasses.fields(dc):
        post_init(getattr(dc, field.name, None))
    hook = getattr(dc, "__post_init__", None)
    if hook is not None:
        hook()
