# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A file or folder that a model needs and that is copied when the model is exported."""

import os
from dataclasses import Field, field
from typing import Any, Optional

from dataclasses_json import config


class Resource:
    """A file or folder given by its path in the parameters.

    A relative path begins at the ``resource_base_path`` of the data parameters, which is where the file of the
    parameters was read from.

    Args:
        initial_path: The path as it was given.

    Attributes:
        rel_path: The path relative to the base path.
        abs_path: The path to read from.
        initialized: Whether a resource manager has resolved the paths.
        dump_dir: Folder below the export's resources; given by the place of the resource in the parameters.
        dump_path: Path of the copy relative to the export.
        abs_dump_path: Path of the copy.
    """

    def __init__(self, initial_path: str):
        self.initial_path = os.fspath(initial_path)
        self.rel_path: Optional[str] = None
        self.initialized = False
        self.dump_dir = ""
        self.abs_dump_path: Optional[str] = None
        self._abs_path: Optional[str] = None
        self._dump_prefix = ""

    def initialize(self, working_dir: str, dump_prefix: str, dump_dir: str) -> None:
        """Resolve the paths.

        Args:
            working_dir: Where relative paths begin.
            dump_prefix: The folder of all resources in an export.
            dump_dir: The folder of this resource below it.
        """
        self._abs_path = os.path.abspath(os.path.join(working_dir, os.path.expanduser(self.initial_path)))
        self.rel_path = os.path.relpath(self._abs_path, working_dir)
        self._dump_prefix = dump_prefix
        self.dump_dir = dump_dir
        self.initialized = True

    @property
    def abs_path(self) -> str:
        """The path to read from."""
        return self._abs_path if self._abs_path is not None else os.path.abspath(self.initial_path)

    @property
    def basename(self) -> str:
        """The name of the file or folder."""
        return os.path.basename(os.path.normpath(self.abs_path))

    @property
    def dump_path(self) -> str:
        """The path of the copy relative to the export."""
        return os.path.join(self._dump_prefix, self.dump_dir, self.basename)

    def __str__(self) -> str:
        return self.abs_path

    def __fspath__(self) -> str:
        return self.abs_path

    def __repr__(self) -> str:
        return f"Resource({self.initial_path!r})"

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Resource) and self.abs_path == other.abs_path

    def __hash__(self) -> int:
        return hash(self.abs_path)

    @staticmethod
    def encode(resource: "Optional[Resource]") -> Optional[str]:
        """Return what is written into JSON: the path."""
        return resource.abs_path if isinstance(resource, Resource) else resource

    @staticmethod
    def decode(path: Any) -> "Optional[Resource]":
        """Return the resource for what was read from JSON."""
        return path if path is None or isinstance(path, Resource) else Resource(path)


def resource_field(*, resource_id: Optional[str] = None, **field_kwargs: Any) -> Any:
    """Return a dataclass field for a :class:`Resource`.

    Args:
        resource_id: The id in the resource manager. Default: the path of the field in the parameters.
        field_kwargs: Arguments of ``dataclasses.field``. The default is None.
    """
    metadata = {
        **config(encoder=Resource.encode, decoder=Resource.decode),
        **(field_kwargs.pop("metadata", None) or {}),
    }
    if resource_id is not None:
        metadata["resource_id"] = resource_id
    if not {"default", "default_factory"} & field_kwargs.keys():
        field_kwargs["default"] = None
    declared: Field = field(metadata=metadata, **field_kwargs)
    return declared
