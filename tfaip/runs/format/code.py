# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``code/<n>/manifest.json``: which files a snapshot of the code holds, and which were left out."""

import dataclasses
import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from tfaip.runs.format.files import read_object
from tfaip.runs.format.names import CODE_MANIFEST_FILENAME, SCHEMA
from tfaip.runs.format.values import Fields
from tfaip.util.file.atomic import write_text_atomically


@dataclass
class CodeFile:
    """A file of a snapshot.

    Attributes:
        sha256: The checksum of its content.
        size: Its bytes.
    """

    sha256: str
    size: int


@dataclass
class CodeManifest:
    """A snapshot of code.

    Attributes:
        root: The directory that the paths are relative to, on the machine of the training.
        files: The files below ``files/``, by their path with ``/`` between folders.
        left_out: Why a file or folder is not there, by its path.
    """

    root: str = ""
    files: Dict[str, CodeFile] = field(default_factory=dict)
    left_out: Dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(content: Dict[str, Any]) -> "CodeManifest":
        """Return what the content of the file says."""
        fields = Fields(content)
        files = Fields(fields.mapping("files"))
        entries = {path: files.child(path) for path in fields.mapping("files")}
        return CodeManifest(
            root=fields.text("root"),
            files={
                path: CodeFile(entry.text("sha256"), entry.integer("size") or 0)
                for path, entry in entries.items()
                if entry
            },
            left_out={path: str(reason) for path, reason in fields.mapping("left_out").items()},
        )


def read_manifest(folder: str) -> Optional[CodeManifest]:
    """Return the manifest of the snapshot in a folder (``code/<n>``), None if there is none: it is not complete."""
    content = read_object(os.path.join(folder, CODE_MANIFEST_FILENAME))
    return None if content is None else CodeManifest.of(content)


def write_manifest(folder: str, manifest: CodeManifest) -> None:
    """Write the manifest of a snapshot, after all its files.

    Raises:
        OSError: It cannot be written.
    """
    text = json.dumps({"schema": SCHEMA, **dataclasses.asdict(manifest)}, indent=1)
    write_text_atomically(os.path.join(folder, CODE_MANIFEST_FILENAME), text + "\n")
