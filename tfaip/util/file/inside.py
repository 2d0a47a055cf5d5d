# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of files and folders that must stay within a directory, wherever they come from."""

import ntpath
import os
import posixpath
from typing import Iterable, Iterator

from tfaip.util.errors import UserValueError


def climbs_out(name: str) -> bool:
    """Return whether a name leads out of the directory it is meant for, on any system."""
    if (
        "\0" in name
        or name.startswith("~")
        or posixpath.isabs(name)
        or ntpath.isabs(name)
        or ntpath.splitdrive(name)[0]
    ):
        return True
    return ".." in name.replace("\\", "/").split("/")


def check_stays_inside(name: object, where: str) -> None:
    """Check that a name of a file or folder stays within the directory it is meant for.

    Args:
        name: The name, relative to that directory.
        where: The place of the name, for the message.

    Raises:
        UserValueError: It is absolute, climbs out by ``..``, or is no text.
    """
    if not isinstance(name, str) or climbs_out(name):
        raise UserValueError(
            "The name leads out of the directory it belongs to.",
            where=where,
            expected="a relative path without '..'",
            got=repr(name),
        )


def links_out(path: str, directories: Iterable[str]) -> Iterator[str]:
    """Yield what lies outside of all the directories, once links are followed: ``path`` itself, or links below it."""
    roots = [os.path.realpath(directory) for directory in directories]
    links = [path]
    for folder, folders, files in os.walk(path):
        names = [os.path.join(folder, name) for name in [*folders, *files]]
        links += [name for name in names if os.path.islink(name)]
    for link in links:
        target = os.path.realpath(link)
        if not any(target == root or target.startswith(os.path.join(root, "")) for root in roots):
            yield link


def never_ending(path: str) -> Iterator[str]:
    """Yield what reading or copying might not come to the end of, once links are followed.

    That are pipes and devices, and links to folders that are read already: two in each folder would double the work
    with each level.
    """
    seen = set()
    pending = [path]
    while pending:
        entry = pending.pop()
        if os.path.isdir(entry):
            real = os.path.realpath(entry)
            if real in seen:
                yield entry
            else:
                seen.add(real)
                pending += [os.path.join(entry, name) for name in os.listdir(entry)]
        elif not os.path.isfile(entry):
            yield entry
