# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which version of the code is running."""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from tfaip.util.git import run_git, without_filters

_CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


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
    return run_git(_CHECKOUT, "rev-parse", "--verify", "HEAD")


def code_version(filename: str) -> Optional[CodeVersion]:
    """Return the version of the repository that a source file is tracked in.

    Args:
        filename: The file.

    Returns:
        None if it is in no git repository, not tracked by it, or there is no git.
    """
    folder = os.path.dirname(os.path.abspath(filename))
    if run_git(folder, "ls-files", "--error-unmatch", "--", os.path.basename(filename)) is None:
        return None
    commit = run_git(folder, "rev-parse", "--verify", "HEAD")
    status = run_git(folder, *without_filters(folder), "status", "--porcelain", "--untracked-files=no")
    return None if commit is None or status is None else CodeVersion(commit, bool(status))
