# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which version of the framework is running."""

import os
import subprocess
from functools import lru_cache
from typing import Optional

_CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@lru_cache(maxsize=1)
def get_commit_hash() -> Optional[str]:
    """Return the git commit of the framework's source checkout, None if it is installed without one."""
    if not os.path.exists(os.path.join(_CHECKOUT, ".git")):
        # A package installed into somebody else's repository must not report that repository's commit.
        return None
    # GIT_DIR and its like, set inside git hooks, would name another repository.
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", _CHECKOUT, "rev-parse", "--verify", "HEAD"]
    try:
        result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        # No git, or no commit yet: the hash is a note for the reader of a parameter file, nothing depends on it.
        return None
    return result.stdout.strip() or None
