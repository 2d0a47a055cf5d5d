# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Working directory helpers."""

import os
from types import TracebackType
from typing import Optional, Union


class ChDir:
    """Context manager that changes the working directory and goes back when left.

    Args:
        path: The directory to work in. The previous one is restored also after an error.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"]):
        self.path = path
        self._previous: Optional[str] = None

    def __enter__(self) -> "ChDir":
        self._previous = os.getcwd()
        os.chdir(self.path)
        return self

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self._previous is not None:
            os.chdir(self._previous)
            self._previous = None
