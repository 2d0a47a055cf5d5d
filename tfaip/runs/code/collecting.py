# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The files of the code of a training, with their content."""

import os
import sys
import sysconfig
from dataclasses import dataclass, field
from types import ModuleType
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from tfaip.runs.code.repository import Repository
from tfaip.runs.code.selection import MAX_FILE_BYTES, Results, is_source, why_no_code
from tfaip.runs.format.files import open_regular

MAX_FILES = 500
MAX_LEFT_OUT = 500
_BYTES_LOOKED_AT = 8192


class Cancelled(Exception):
    """The training has ended."""


@dataclass
class Code:
    """The code of a training.

    Attributes:
        root: The directory that the paths are relative to.
        files: The content of the files by their path, with ``/`` between folders.
        left_out: Why others are not there, by their path.
    """

    root: str
    files: Dict[str, bytes] = field(default_factory=dict)
    left_out: Dict[str, str] = field(default_factory=dict)

    def leave_out(self, path: str, why: str) -> None:
        """Note why a file is not there, unless there are too many of them."""
        if len(self.left_out) < MAX_LEFT_OUT:
            self.left_out[path.encode("utf-8", "replace").decode("utf-8")] = why


class Collector:
    """Reads files until there is no more space.

    Args:
        max_bytes: How much all files may have.
        go_on: Asked before each file.
    """

    def __init__(self, max_bytes: int, go_on: Callable[[], bool]):
        self._max_bytes = max_bytes
        self._go_on = go_on

    def collect(self, code: Code, paths: Iterable[Tuple[str, str]]) -> None:
        """Read files.

        Args:
            code: Gets them.
            paths: The path within the snapshot and that on the disk, the most important ones first.

        Raises:
            Cancelled: The training has ended.
        """
        left = self._max_bytes
        for path, filename in paths:
            if not self._go_on():
                raise Cancelled
            if path in code.files:
                continue
            content, why = _read(filename, left if len(code.files) < MAX_FILES else 0)
            if content is None:
                code.leave_out(path, why)
            else:
                code.files[path] = content
                left -= len(content)


def _read(filename: str, space: int) -> Tuple[Optional[bytes], str]:
    if os.path.isdir(filename) and not os.path.islink(filename):
        return None, "another repository"
    try:
        with open_regular(filename) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_FILE_BYTES:
                return None, f"larger than {MAX_FILE_BYTES >> 20} MB"
            if size > space:
                return None, "the snapshot is full"
            content = file.read(MAX_FILE_BYTES)
    except OSError as error:
        return None, "a link" if os.path.islink(filename) else str(error.strerror or error)
    return (None, "no text") if b"\0" in content[:_BYTES_LOOKED_AT] else (content, "")


def code_of_repository(repository: Repository, source: str, output_dir: str, collector: Collector) -> Code:
    """Return the files under version control, and new ones that are source code, as many as there is space for.

    First come the folder of the scenario, then what is imported, then other source code.

    Args:
        repository: The repository.
        source: The file of the scenario: its folder comes first.
        output_dir: The directory of the run.
        collector: Reads the files.

    Raises:
        Cancelled: The training has ended.
    """
    code = Code(repository.root)
    paths = []
    for path in repository.tracked() or ():
        why = why_no_code(path)
        if why is None:
            paths.append(path)
        else:
            code.leave_out(path, why)
    paths += _new_source(repository, output_dir, code)
    home = os.path.relpath(os.path.dirname(os.path.realpath(source)), os.path.realpath(repository.root))
    home = "" if home == os.curdir else f"{home}/"
    root = os.path.join(os.path.realpath(repository.root), "")
    imported = {filename.removeprefix(root).replace(os.sep, "/") for filename in _module_files([root], [])}
    paths.sort(key=lambda path: (not path.startswith(home), path not in imported, not is_source(path), path))
    collector.collect(code, ((path, os.path.join(repository.root, path)) for path in paths))
    return code


def _new_source(repository: Repository, output_dir: str, code: Code) -> Iterator[str]:
    paths = repository.untracked()
    if paths is None:
        code.leave_out("(files that are not under version control)", "git took too long to list them")
        return
    results = Results(repository.root, output_dir)
    for path in paths:
        if results.holds(path):
            continue
        why = why_no_code(path) or (None if is_source(path) else "not under version control, and no source code")
        if why is None:
            yield path
        else:
            code.leave_out(path, why)


def code_of_modules(source: str, module: str, collector: Collector) -> Code:
    """Return the imported modules of the scenario's package and of the working directory.

    Args:
        source: The file of the scenario.
        module: The name of its module.
        collector: Reads the files.

    Raises:
        Cancelled: The training has ended.
    """
    root = package_root(source, module)
    package = os.path.join(root, module.partition(".")[0], "")
    is_package = os.path.isdir(package) and os.path.realpath(source).startswith(package)
    homes = [package if is_package else os.path.join(root, "")]
    installed = _installed()
    homes += [home for home in _working_directory() if not home.startswith(installed)]
    code = Code(root)
    files = sorted(_module_files(homes, [] if is_package else installed))
    collector.collect(code, ((_relative(filename, [root, *homes]), filename) for filename in files))
    return code


def package_root(source: str, module: str) -> str:
    """Return the directory from which the module is imported.

    Args:
        source: Its file.
        module: Its name.
    """
    folder = os.path.dirname(os.path.realpath(source))
    depth = module.count(".") + int(os.path.basename(source).startswith("__init__."))
    for _ in range(depth if module != "__main__" else 0):
        folder = os.path.dirname(folder)
    return folder


def _working_directory() -> List[str]:
    try:
        return [os.path.join(os.path.realpath(os.getcwd()), "")]
    except OSError:
        # it was removed
        return []


def _installed() -> Tuple[str, ...]:
    names = ("purelib", "platlib", "stdlib", "platstdlib")
    return tuple(os.path.join(os.path.realpath(sysconfig.get_path(name)), "") for name in names)


def _module_files(homes: List[str], without: Iterable[str]) -> Iterator[str]:
    others = tuple(without)
    # links are followed once for each folder: there are thousands of modules
    folders: Dict[str, str] = {}
    for module in list(sys.modules.values()):
        # not as an attribute, which makes modules that load themselves on demand do so
        filename = vars(module).get("__file__") if isinstance(module, ModuleType) else None
        if not isinstance(filename, str) or not filename.endswith(".py"):
            continue
        folder, name = os.path.split(filename)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder)
        filename = os.path.join(folders[folder], name)
        if filename.startswith(tuple(homes)) and not (others and filename.startswith(others)):
            yield filename


def _relative(filename: str, homes: List[str]) -> str:
    home = next(home for home in homes if filename.startswith(os.path.join(home, "")))
    return os.path.relpath(filename, home).replace(os.sep, "/")
