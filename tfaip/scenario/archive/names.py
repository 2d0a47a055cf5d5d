# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The names of the members of an archive: which ones are unpacked."""

import unicodedata
from typing import Dict, Tuple

from tfaip.scenario.archive.errors import refused
from tfaip.util.file.inside import climbs_out

MAX_NAME_BYTES = 1024
MAX_PART_BYTES = 255


class Names:
    """Checks the names of the members of an archive one after the other.

    Args:
        path: The archive.
    """

    def __init__(self, path: str):
        self._path = path
        # by how file systems may compare them: without case, and with composed letters
        self._seen: Dict[str, Tuple[str, bool]] = {}

    def accept(self, member: str, is_folder: bool) -> str:
        """Return a name as it is unpacked, relative to the folder; empty for the folder itself.

        Args:
            member: The name.
            is_folder: Whether the member is a folder.

        Raises:
            UserValueError: It leads out of the folder, cannot be a name everywhere, or two members have it.
        """
        self._check_characters(member)
        parts = [part for part in member.split("/") if part not in ("", ".")]
        if any(len(part.encode()) > MAX_PART_BYTES for part in parts) or len(member.encode()) > MAX_NAME_BYTES:
            raise refused(self._path, member, f"names of at most {MAX_PART_BYTES} bytes", "a longer one")
        for depth in range(1, len(parts)):
            self._enter(member, "/".join(parts[:depth]), True)
        name = "/".join(parts)
        if not name and not is_folder:
            raise refused(self._path, member, "a name", "a file without one")
        if name:
            self._enter(member, name, is_folder)
        return name

    def _check_characters(self, member: str) -> None:
        if climbs_out(member):
            raise refused(self._path, member, "a relative path without '..'")
        try:
            member.encode()
        except UnicodeEncodeError as error:
            raise refused(self._path, ascii(member), "a name in UTF-8", "other bytes") from error
        if "\\" in member or any(unicodedata.category(character) == "Cc" for character in member):
            raise refused(self._path, member, "a name without backslashes and control characters")

    def _enter(self, member: str, name: str, is_folder: bool) -> None:
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
        known = self._seen.get(key)
        if known is not None and (known != (name, True) or not is_folder):
            raise refused(self._path, member, "each name once, in any case", f"also {known[0]}")
        self._seen[key] = (name, is_folder)
