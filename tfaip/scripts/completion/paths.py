# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Files and directories as completions."""

import os
from typing import List


def paths(prefix: str, only_directories: bool = False) -> List[str]:
    """Return the paths that begin with ``prefix``; directories end with a slash."""
    folder, start = os.path.split(prefix)
    found = []
    with os.scandir(os.path.expanduser(folder) or os.curdir) as entries:
        for entry in entries:
            if not entry.name.startswith(start) or (entry.name.startswith(".") and not start.startswith(".")):
                continue
            if entry.is_dir():
                found.append(os.path.join(folder, entry.name) + os.sep)
            elif not only_directories:
                found.append(os.path.join(folder, entry.name))
    return sorted(found)
