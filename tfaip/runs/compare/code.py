# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The code and the packages in which two runs differ."""

import difflib
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional, Tuple

from tfaip.runs.reading.run import Run, Snapshot

MAX_DIFF_LINES = 20_000


@dataclass
class Changes:
    """In what two mappings differ.

    Attributes:
        added: The keys that only the second has.
        removed: The keys that only the first has.
        changed: The keys whose values differ.
    """

    added: List[str] = field(default_factory=list)
    removed: List[str] = field(default_factory=list)
    changed: List[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes_of(first: Dict[str, str], second: Dict[str, str]) -> Changes:
    """Return in what two mappings differ."""
    return Changes(
        added=sorted(set(second) - set(first)),
        removed=sorted(set(first) - set(second)),
        changed=sorted(key for key in set(first) & set(second) if first[key] != second[key]),
    )


@dataclass
class CodeDifference:
    """In what the code of two runs differs.

    Attributes:
        commits: The commits of both, None where there is none or it is not known.
        files: The files of their snapshots, or what only the patches against the same commit tell.
        packages: The versions of their packages.
        compared: Whether both have a snapshot.
    """

    commits: Tuple[Optional[str], Optional[str]]
    files: Changes
    packages: Changes
    compared: bool


def code_difference(first: Run, second: Run) -> CodeDifference:
    """Return in what the code of the last sessions of two runs differs."""
    a, b = first.code(), second.code()
    compared = a.folder is not None and b.folder is not None
    return CodeDifference(
        commits=(_commit(first), _commit(second)),
        files=changes_of(_checksums(a), _checksums(b)) if compared else Changes(),
        packages=changes_of(packages_of(first), packages_of(second)),
        compared=compared,
    )


def packages_of(run: Run) -> Dict[str, str]:
    """Return the versions of the packages of the last session: of all of them, or else of the main ones."""
    return run.code().packages() or run.session().packages


def _commit(run: Run) -> Optional[str]:
    git = run.session().git
    return f"{git.commit}{' with changes' if git.dirty else ''}" if git and git.commit else None


def _checksums(snapshot: Snapshot) -> Dict[str, str]:
    return {path: file.sha256 for path, file in snapshot.manifest.files.items()}


def text_difference(first: Snapshot, second: Snapshot, changes: Changes) -> Iterator[str]:
    """Yield the lines of a unified diff of the files of two snapshots.

    Args:
        first: The snapshot of one run.
        second: That of the other one.
        changes: The files that differ.
    """
    for path in sorted([*changes.added, *changes.removed, *changes.changed]):
        texts = [_lines(snapshot.file(path)) for snapshot in (first, second)]
        if texts[0] is None or texts[1] is None:
            yield f"Binary files a/{path} and b/{path} differ"
            continue
        if len(texts[0]) + len(texts[1]) > MAX_DIFF_LINES:
            yield f"Files a/{path} and b/{path} differ, and are too long to be compared"
            continue
        yield from difflib.unified_diff(texts[0], texts[1], f"a/{path}", f"b/{path}", lineterm="")


def patch_difference(first: Snapshot, second: Snapshot) -> Iterator[str]:
    """Yield the lines of a unified diff of the patches of two runs."""
    texts = [snapshot.patch().splitlines()[:MAX_DIFF_LINES] for snapshot in (first, second)]
    yield from difflib.unified_diff(texts[0], texts[1], "a/diff.patch", "b/diff.patch", lineterm="")


def _lines(content: Optional[bytes]) -> Optional[List[str]]:
    """Return the lines of a text; those of a file that is not there are none, and None if it is no text."""
    if content is None:
        return []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.splitlines()
