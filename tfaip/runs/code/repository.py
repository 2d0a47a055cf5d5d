# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The git repository that the code of a training lies in."""

import os
from dataclasses import dataclass
from typing import List, Optional, Tuple

from tfaip.runs.format.run import Git
from tfaip.util.git import git_output, run_git, without_filters

MAX_PATCH_BYTES = 1 << 20
_MAX_LIST_BYTES = 16 << 20


@dataclass(frozen=True)
class Repository:
    """A working tree.

    Attributes:
        root: Its root.
        options: Options for git that keep it from running what the repository names.
    """

    root: str
    options: Tuple[str, ...] = ()

    @staticmethod
    def of(filename: str) -> "Optional[Repository]":
        """Return the repository that a source file belongs to; None if there is none, or it ignores the file."""
        folder = os.path.dirname(os.path.abspath(filename))
        root = run_git(folder, "rev-parse", "--show-toplevel")
        if not root or run_git(folder, "check-ignore", "--quiet", "--", os.path.basename(filename)) is not None:
            return None
        return Repository(root, tuple(without_filters(folder)))

    def describe(self) -> Git:
        """Return the commit and whether tracked files differ from it."""
        status = self._run("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all")
        return Git(
            commit=self._run("rev-parse", "--verify", "HEAD") or "",
            branch=self._run("symbolic-ref", "--short", "--quiet", "HEAD") or "",
            dirty=bool(status),
            root=self.root,
        )

    def tracked(self) -> Optional[List[str]]:
        """Return the paths of the files under version control; None if git does not tell."""
        return self._list("--cached")

    def untracked(self) -> Optional[List[str]]:
        """Return the paths of other files that are not ignored; None if git does not tell in time."""
        return self._list("--others", "--exclude-standard")

    def patch(self, without: List[str]) -> Tuple[bytes, bool]:
        """Return how the tracked files differ from the commit, and whether that is all.

        Args:
            without: Patterns of names of files that are left out.
        """
        found = git_output(
            self.root,
            *self.options,
            "diff",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--ignore-submodules=all",
            "HEAD",
            "--",
            ".",
            *(f":(exclude,glob,icase)**/{pattern}" for pattern in without),
            max_bytes=MAX_PATCH_BYTES,
        )
        if found is None:
            return b"", True
        text, is_all = found
        return (text, True) if is_all else (text[: text.rfind(b"\n") + 1], False)

    def _list(self, *which: str) -> Optional[List[str]]:
        found = git_output(self.root, *self.options, "ls-files", "-z", *which, max_bytes=_MAX_LIST_BYTES)
        if found is None:
            return None
        # the last one may be cut off
        return [os.fsdecode(name) for name in found[0].split(b"\0")[:-1]]

    def _run(self, *args: str) -> Optional[str]:
        return run_git(self.root, *self.options, *args)
