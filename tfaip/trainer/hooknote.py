# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Telling which hook of a scenario an error comes out of."""

import traceback
from collections.abc import Iterable
from types import FrameType
from typing import List, Optional, Set, Tuple

Step = Tuple[FrameType, int]


def note_hook(error: BaseException, classes: Iterable[type]) -> None:
    """Add a line to an error that names the hook that was called last, if it came out of one.

    Args:
        error: The error, with its traceback.
        classes: Classes of the scenario: what lies in their packages is code of the user.
    """
    packages = {cls.__module__.partition(".")[0] for cls in classes} - {"tfaip"}
    hook = _last_hook(list(traceback.walk_tb(error.__traceback__)), packages)
    if hook is not None:
        frame, line = hook
        code = frame.f_code
        error.add_note(f"The error comes out of {code.co_qualname} ({code.co_filename}, line {line}).")


def _last_hook(steps: List[Step], packages: Set[str]) -> Optional[Step]:
    """Return the last step from other code into that of the packages."""
    is_own = [_package_of(frame) in packages for frame, _ in steps]
    entries = [step for step, own, before in zip(steps, is_own, [False, *is_own], strict=False) if own and not before]
    return entries[-1] if entries else None


def _package_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
