# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which version of the code is running."""

import os
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

_CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_SECONDS = 10


@dataclass(frozen=True)
class CodeVersion:
    """The commit of some source code.

    Attributes:
        commit: The hash of the commit.
        is_dirty: Whether files under version control were changed since.
    """

    commit: str
    is_dirty: bool


@lru_cache(maxsize=1)
def get_commit_hash() -> Optional[str]:
    """Return the git commit of the framework's source checkout, None if it is installed without one."""
    if not os.path.exists(os.path.join(_CHECKOUT, ".git")):
        # A package installed into somebody else's repository must not report that repository's commit.
        return None
    return _git(_CHECKOUT, "rev-parse", "--verify", "HEAD")


def code_version(filename: str) -> Optional[CodeVersion]:
    """Return the version of the repository that a source file is tracked in.

    Args:
        filename: The file.

    Returns:
        None if it is in no git repository, not tracked by it, or there is no git.
    """
    folder = os.path.dirname(os.path.abspath(filename))
    if _git(folder, "ls-files", "--error-unmatch", "--", os.path.basename(filename)) is None:
        return None
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    status = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return None if commit is None or status is None else CodeVersion(commit, bool(status))


def _git(folder: str, *args: str) -> Optional[str]:
    """Return what a git command prints; None if it fails."""
    # GIT_DIR and its like, set inside git hooks, would name another repository.
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    # a repository may configure a program that looks for changes: looking is not executing
    command = ["git", "-C", folder, "-c", "core.fsmonitor=false", "--no-optional-locks", *args]
    try:
        result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        # No git, or no commit yet: the version is a note for the reader, nothing depends on it.
        return None
    return result.stdout.strip()
