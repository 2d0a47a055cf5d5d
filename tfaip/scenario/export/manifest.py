# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The manifest of a model directory: what belongs to it, so that a file that is missing or damaged is named.

Nothing here imports TensorFlow, so that a program can look before it does.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Dict, Optional

from tfaip.params.codec import load_json, save_json
from tfaip.scenario.paramsfile import MANIFEST_FILENAME, PARAMETERS_KEY
from tfaip.util.errors import UserError, UserFileNotFoundError
from tfaip.util.file.checksum import sum_of_file
from tfaip.util.file.inside import climbs_out
from tfaip.util.logging import logger

log = logger(__name__)

RESOURCES_DIR = "resources"
# tells it from the manifest of a checkpoint
KIND = "model"
FORMAT_VERSION = 1
# more would make loading slow; TensorFlow has checksums of its own of the weights, which are what is large
MAX_HASHED_BYTES = 64 * 2**20
# "additional/label" and its like: how far above a SavedModel its model directory can be
MAX_DEPTH = 3
_HINT = "export the model again; tfaip-export replaces resources; without its manifest.json, a model is not checked."


@dataclass(frozen=True)
class FileEntry:
    """What the manifest says about a file.

    Attributes:
        size: Its number of bytes.
        sha256: Its checksum.
    """

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The manifest of a model directory.

    Attributes:
        folder: The model directory.
        versions: The versions of the libraries that wrote it.
        graphs: The folders of the SavedModels by their labels.
        files: All files, by their names relative to the model directory, with ``/`` between the parts.
    """

    folder: str
    versions: Dict[str, str]
    graphs: Dict[str, str]
    files: Dict[str, FileEntry]

    def check(self, prefix: str, with_hashes: bool = True) -> None:
        """Check that the files whose names begin with ``prefix`` are as they were written.

        Args:
            prefix: The beginning of the names.
            with_hashes: Compare checksums, too, not only sizes.

        Raises:
            UserFileNotFoundError: One is missing.
            UserError: One has another size or another content.
        """
        entries = {name: entry for name, entry in self.files.items() if name.startswith(prefix)}
        for name, entry in entries.items():
            self._check_size(name, entry)
        hashed = 0
        for name, entry in sorted(entries.items(), key=lambda item: item[1].size):
            hashed += entry.size
            if not with_hashes or hashed > MAX_HASHED_BYTES:
                break
            self._check_hash(name, entry)

    def _check_size(self, name: str, entry: FileEntry) -> None:
        path = self._path(name)
        if not os.path.isfile(path):
            raise UserFileNotFoundError(
                "The model directory is incomplete.",
                where=self.folder,
                expected=f"the file {name}",
                got="no such file",
                hint="copy the model directory as a whole, or export the model again.",
            )
        size = os.path.getsize(path)
        if size != entry.size:
            raise UserError(
                "The model directory is damaged: a file has another size than when it was written.",
                where=path,
                expected=f"{entry.size} bytes",
                got=f"{size} bytes",
                hint=_HINT,
            )

    def _check_hash(self, name: str, entry: FileEntry) -> None:
        found = sum_of_file(self._path(name))
        if found != entry.sha256:
            raise UserError(
                "The model directory is damaged: a file has another content than when it was written.",
                where=self._path(name),
                expected=f"sha256 {entry.sha256}",
                got=f"sha256 {found}",
                hint=_HINT,
            )

    def is_unchanged(self, name: str) -> bool:
        """Return whether a file is as it was written; also True for one that does not belong to the directory."""
        entry = self.files.get(name)
        path = self._path(name)
        return entry is None or not os.path.isfile(path) or sum_of_file(path) == entry.sha256

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, *name.split("/"))


def write_manifest(folder: str, graphs: Mapping[str, str], versions: Mapping[str, str], params_filename: str) -> None:
    """Write the manifest of all files in ``folder``; the last thing that is written into a model directory.

    Args:
        folder: The model directory.
        graphs: The folders of the SavedModels by their labels, relative to the directory.
        versions: The versions of the libraries.
        params_filename: The name of the parameter file, which scenarios may choose.
    """
    files = {
        name: {"size": os.path.getsize(os.path.join(folder, name)), "sha256": sum_of_file(os.path.join(folder, name))}
        for name in sorted(_files_in(folder))
        if name != MANIFEST_FILENAME
    }
    content = {
        "kind": KIND,
        "format": FORMAT_VERSION,
        PARAMETERS_KEY: params_filename,
        "versions": dict(versions),
        "graphs": {label: path.replace(os.sep, "/") for label, path in graphs.items()},
        "files": {name.replace(os.sep, "/"): entry for name, entry in files.items()},
    }
    save_json(os.path.join(folder, MANIFEST_FILENAME), content)


def _files_in(folder: str) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        for name in names:
            yield os.path.relpath(os.path.join(parent, name), folder)


def read_manifest(folder: str) -> Optional[Manifest]:
    """Return the manifest of a model directory; None if it has none, as those of tfaip 1.2.

    Raises:
        UserError: It is damaged.
    """
    filename = os.path.join(folder, MANIFEST_FILENAME)
    if not os.path.isfile(filename):
        return None
    try:
        content = load_json(filename)
    except UserError as error:
        raise _damaged(filename, str(error.got)) from error
    if not isinstance(content, dict) or content.get("kind") != KIND:
        return None
    version = content.get("format")
    if isinstance(version, int) and version > FORMAT_VERSION:
        log.warning("The files of %s are not checked: its manifest is of a later version of tfaip", folder)
        return None
    try:
        files = {name: _entry(name, entry) for name, entry in content["files"].items()}
        return Manifest(folder, _texts(content["versions"]), _texts(content["graphs"]), files)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _damaged(filename, f"{type(error).__name__}: {error}") from error


def has_other_manifest(folder: str) -> bool:
    """Tell whether a directory has the manifest of something else than an exported model: of a checkpoint."""
    filename = os.path.join(folder, MANIFEST_FILENAME)
    if not os.path.isfile(filename):
        return False
    try:
        content = load_json(filename)
    except UserError:
        # damaged: who reads the checkpoint tells it
        return True
    return not (isinstance(content, dict) and content.get("kind") == KIND)


def _entry(name: str, entry: Any) -> FileEntry:
    if climbs_out(name) or not isinstance(entry["size"], int) or not isinstance(entry["sha256"], str):
        raise ValueError(f"{name!r}: {entry!r}")
    return FileEntry(entry["size"], entry["sha256"])


def _texts(values: Any) -> Dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}


def _damaged(filename: str, got: str) -> UserError:
    return UserError(
        "The manifest of the model directory is damaged.",
        where=filename,
        expected="what the export has written",
        got=got,
        hint="export the model again; without a manifest the files are not checked.",
    )


def manifest_above(saved_model: str) -> Optional[Manifest]:
    """Return the manifest of the model directory that a SavedModel belongs to, if one lists it."""
    folder = os.path.dirname(os.path.abspath(saved_model))
    manifest = read_manifest(folder)
    for _ in range(MAX_DEPTH - 1):
        if manifest is not None:
            break
        folder = os.path.dirname(folder)
        # further up lie manifests of others, too, which need not be JSON
        manifest = None if has_other_manifest(folder) else read_manifest(folder)
    return manifest


def check_graph_files(saved_model: str, with_hashes: bool = True) -> None:
    """Check the files of a SavedModel against the manifest of its model directory, if that has one.

    Args:
        saved_model: The SavedModel.
        with_hashes: Compare checksums, too, not only sizes.

    Raises:
        UserFileNotFoundError: A file is missing.
        UserError: A file is damaged.
    """
    manifest = manifest_above(saved_model)
    if manifest is not None:
        prefix = os.path.relpath(os.path.abspath(saved_model), manifest.folder).replace(os.sep, "/")
        manifest.check(f"{prefix}/", with_hashes)


def check_other_files(folder: str, params_file: str) -> None:
    """Check the resources of a model directory, and tell if its parameters were edited, which is allowed.

    Args:
        folder: The model directory.
        params_file: The name of its parameter file.

    Raises:
        UserFileNotFoundError: A resource is missing.
        UserError: A resource is damaged.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return
    manifest.check(f"{RESOURCES_DIR}/")
    if not manifest.is_unchanged(params_file):
        log.warning("%s was changed since the model was exported", os.path.join(folder, params_file))
