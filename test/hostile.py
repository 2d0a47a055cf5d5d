# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A working directory with code that must not run, for the tests of what files may name."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tfaip.util import installed

# A class that would fit if the module were trusted.
CODE = """
import pathlib
pathlib.Path({marker!r}).write_text(__name__)
from dataclasses import dataclass
from paiargparse import pai_dataclass
from test.params.tree import Special


@pai_dataclass
@dataclass
class Evil(Special):
    n: int = 1


class Outer:
    Inner = Evil


def function():
    return Evil()
"""
# Modules in the working directory, by the way they are found there.
MODULES = {
    "package": "evil",
    "module of a package": "evil.inner",
    "module": "evil_module",
    "package without __init__": "evil_space.inner",
    "beside an installed package": "examples.evil",
}
OTHER = "examples"


class Hostile:
    """The working directory.

    Attributes:
        path: The directory.
        marker: A file that its code writes when it runs.
    """

    def __init__(self, path: Path):
        self.path = path / "cwd"
        self.marker = path / "it_ran"
        code = CODE.format(marker=str(self.marker))
        files = ["evil/__init__.py", "evil/inner.py", "evil_module.py", "evil_space/inner.py"]
        files += ["examples/__init__.py", "examples/evil.py", "evil/scenario.py"]
        for name in files:
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(code)

    def assert_nothing_ran(self) -> None:
        """Check that no module of the directory was imported."""
        assert not self.marker.exists(), f"{self.marker.read_text()} was imported"
        assert not [name for name in sys.modules if name.startswith("evil") or name == "examples.evil"]

    def forget(self) -> None:
        """Let the modules be imported anew."""
        self.marker.unlink(missing_ok=True)
        for name in [name for name in sys.modules if name.startswith("evil") or name == "examples.evil"]:
            del sys.modules[name]
        importlib.invalidate_caches()


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """Return a hostile working directory, in which the test runs."""
    directory = Hostile(tmp_path)
    monkeypatch.chdir(directory.path)
    monkeypatch.setattr(installed, "_STARTED_IN", str(directory.path))
    monkeypatch.setattr(sys, "path", list(sys.path))
    # the tests of the examples import those of the repository; here the name is only the one of another package
    others = forget_others()
    directory.forget()
    yield directory
    directory.forget()
    forget_others()
    sys.modules.update(others)


def forget_others() -> dict[str, ModuleType]:
    """Take the package of the same name as one of the directory out of the imported modules, and return it."""
    names = [name for name in sys.modules if name.partition(".")[0] == OTHER]
    return {name: sys.modules.pop(name) for name in names}


@pytest.fixture(params=["not searched", "searched first", "empty entry first"])
def search(request: pytest.FixtureRequest, hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test with and without the working directory on ``sys.path``, as Python may be started."""
    if request.param == "searched first":
        sys.path.insert(0, str(hostile.path))
    if request.param == "empty entry first":
        sys.path.insert(0, "")
        monkeypatch.setenv("PYTHONPATH", "", prepend=":")
    return str(request.param)
