# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The resources of a data class: finding them in the parameters, resolving their paths, exporting them."""

import dataclasses
import os
import shutil
from collections.abc import Iterator
from typing import Any, Dict, ItemsView, List, Optional, Sequence, Tuple

from tfaip.resource.resource import Resource
from tfaip.util.errors import UserFileNotFoundError, UserValueError
from tfaip.util.file.inside import check_stays_inside, climbs_out, links_out, never_ending

_SEPARATOR = "/"


class ResourceManager:
    """Knows all resources of a parameter tree.

    Args:
        working_dir: Where relative paths of resources begin.
        dump_prefix_dir: Folder of the resources in an export.
    """

    def __init__(self, working_dir: str, dump_prefix_dir: str = "resources"):
        self.working_dir = os.path.abspath(working_dir)
        self.dump_prefix_dir = dump_prefix_dir
        self._resources: Dict[str, Resource] = {}
        self._paths: Dict[str, Tuple[str, ...]] = {}  # id -> place in the dictionary of the parameters

    def register(self, r_id: str, resource: Resource, prefixes: Sequence[str] = ()) -> Resource:
        """Add a resource and resolve its paths.

        Args:
            r_id: Its id.
            resource: The resource.
            prefixes: Its place in the parameters; keeps files of the same name apart in an export.

        Raises:
            KeyError: The id is taken.
        """
        if r_id in self._resources:
            raise KeyError(f"There is a resource with the id {r_id!r} already.")
        resource.initialize(self.working_dir, self.dump_prefix_dir, os.path.join(*prefixes) if prefixes else "")
        self._resources[r_id] = resource
        self._paths[r_id] = tuple(prefixes)
        return resource

    def register_all(self, params: Any, recursive: bool = True, prefixes: Sequence[str] = ()) -> None:
        """Add all resources in the fields of a dataclass.

        Args:
            params: The dataclass.
            recursive: Also look into the dataclasses, lists and dictionaries in the fields.
            prefixes: The place of ``params``.
        """
        for path, resource, r_id in _find(params, tuple(prefixes), recursive):
            self.register_field_value(path, resource, r_id)

    def register_field_value(self, path: Sequence[str], value: Resource, r_id: Optional[str] = None) -> None:
        """Add the resource of one field.

        Args:
            path: The names of the fields that lead to it.
            value: The resource.
            r_id: Its id. Default: the path.
        """
        self.register(r_id or _SEPARATOR.join(path), value, path)

    def remove(self, r_id: str) -> None:
        """Forget a resource."""
        del self._resources[r_id]
        del self._paths[r_id]

    def items(self) -> ItemsView[str, Resource]:
        """Return the pairs of id and resource."""
        return self._resources.items()

    def get(self, r_id: str) -> Resource:
        """Return a resource.

        Raises:
            KeyError: The id is unknown.
        """
        if r_id not in self._resources:
            raise KeyError(f"There is no resource with the id {r_id!r}. Known: {', '.join(self._resources) or 'none'}.")
        return self._resources[r_id]

    def __contains__(self, r_id: object) -> bool:
        return r_id in self._resources

    def __len__(self) -> int:
        return len(self._resources)

    def dump(self, location: str, dump_dict: Optional[Dict[str, Any]] = None) -> Optional[Dict[str, Any]]:
        """Copy all resources to an export.

        Args:
            location: The folder of the export.
            dump_dict: The dictionary of the parameters; the paths in it are changed to those of the copies.

        Returns:
            ``dump_dict``.

        Raises:
            FileNotFoundError: A resource does not exist.
            UserValueError: It is neither file nor folder, or a folder whose links lead in circles.
        """
        for r_id, resource in self.items():
            if not os.path.exists(resource.abs_path):
                raise UserFileNotFoundError(
                    f"The resource {r_id} does not exist.",
                    where=_SEPARATOR.join(self._paths[r_id]) or r_id,
                    got=f"{resource.abs_path} (from {resource.initial_path!r})",
                    hint=f"relative paths begin at {self.working_dir}",
                )
            endless = next(never_ending(resource.abs_path), None)
            if endless is not None:
                raise UserValueError(
                    f"The resource {r_id} cannot be copied.",
                    where=_SEPARATOR.join(self._paths[r_id]) or r_id,
                    expected="files and folders, each folder once",
                    got=endless,
                )
        for r_id, resource in self.items():
            # the keys of a dictionary of resources come out of the parameters and go into the path
            check_stays_inside(resource.dump_path, _SEPARATOR.join(self._paths[r_id]))
        for resource in self._resources.values():
            target = os.path.join(os.path.abspath(location), resource.dump_path)
            resource.abs_dump_path = target
            _copy(resource.abs_path, target)
        if dump_dict is not None:
            self.convert_to_dump_dict(dump_dict)
        return dump_dict

    def convert_to_dump_dict(self, params_dict: Dict[str, Any]) -> Dict[str, Any]:
        """Change the paths of all resources in the dictionary of the parameters to those in an export."""
        for r_id, resource in self.items():
            self.assign_to_dict_struct(params_dict, self._paths[r_id], resource.dump_path)
        return params_dict

    def assign_to_dict_struct(self, params_dict: Any, path: Sequence[str], value: Any) -> None:
        """Set the value at a place in nested dictionaries and lists; a place that is not there is left out."""
        if not path:
            return
        *parents, last = path
        for name in parents:
            params_dict = _child(params_dict, name)
            if params_dict is None:
                return
        if isinstance(params_dict, list):
            params_dict[int(last)] = value
        elif isinstance(params_dict, dict) and last in params_dict:
            params_dict[last] = value


def _child(node: Any, name: str) -> Any:
    if isinstance(node, list):
        return node[int(name)]
    return node.get(name) if isinstance(node, dict) else None


def check_resources_exist(params: Any, base_path: str) -> None:
    """Check that the files of all resources in a parameter tree are there.

    Args:
        params: The dataclass that holds resources.
        base_path: Where relative paths begin.

    Raises:
        UserFileNotFoundError: One is missing.
    """
    for path, resource, _ in _find(params, (), True):
        filename = os.path.abspath(os.path.join(base_path, os.path.expanduser(resource.initial_path)))
        if not os.path.exists(filename):
            raise UserFileNotFoundError(
                "A resource of the model is missing.",
                where=".".join(["data", *path]),
                expected=f"the file or folder {filename}",
                got="nothing at this path",
                hint="copy the model directory as a whole, or export the model again.",
            )


def check_resources_inside(params: Any, base_path: str, params_file: str, absolute: bool = True) -> None:
    """Check that the resources that stored parameters name by relative paths lie in the directory of the parameters.

    Absolute paths are those of a run, whose resources may lie anywhere.

    Args:
        params: The dataclass that holds resources.
        base_path: Where relative paths begin.
        params_file: The file of the parameters. If that is a link, as in the caches of model hubs, the resources may be
            links into the same directory.
        absolute: Whether absolute paths are allowed.

    Raises:
        UserValueError: A path climbs out by ``..`` or a link, or is absolute.
    """
    directories = (base_path, os.path.dirname(os.path.realpath(params_file)))
    for path, resource, _ in _find(params, (), True):
        name = resource.initial_path
        if os.path.isabs(name) and absolute:
            continue
        outside = name if climbs_out(name) else next(links_out(os.path.join(base_path, name), directories), None)
        if outside is not None:
            raise UserValueError(
                "A resource of the model leads out of the model directory.",
                where=".".join(["data", *path]),
                expected="a file or folder in the model directory",
                got=outside,
            )


def _find(
    node: Any, path: Tuple[str, ...], recursive: bool
) -> Iterator[Tuple[Tuple[str, ...], Resource, Optional[str]]]:
    """Yield place, resource and given id of all resources below ``node``."""
    children: List[Tuple[str, Any, Optional[str]]] = []
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        fields = dataclasses.fields(node)
        children = [(f.name, getattr(node, f.name, None), f.metadata.get("resource_id")) for f in fields]
    elif isinstance(node, (list, tuple)):
        children = [(str(i), value, None) for i, value in enumerate(node)]
    elif isinstance(node, dict):
        children = [(str(key), value, None) for key, value in node.items()]
    for name, value, r_id in children:
        if isinstance(value, Resource):
            yield (*path, name), value, r_id
        elif recursive:
            yield from _find(value, (*path, name), recursive)


def _copy(source: str, target: str) -> None:
    if os.path.exists(target) and os.path.samefile(source, target):
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)
