# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The snapshot holds the code of a training and nothing else, and runs nothing that a repository names."""

import json
import os
import shutil
import subprocess
import sys
import types
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from test.runs.code.repositories import create, git, write
from tfaip.runs.code.collecting import Cancelled, Code, Collector, code_of_modules, code_of_repository, package_root
from tfaip.runs.code.repository import Repository
from tfaip.runs.code.selection import SECRETS
from tfaip.runs.code.snapshot import installed_packages, write_snapshot
from tfaip.runs.format.code import read_manifest
from tfaip.util import git as git_module
from tfaip.util.git import git_output

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

EVERYTHING = 10_000_000


def always() -> bool:
    return True


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return create(tmp_path / "repo")


def repository_of(root: Path) -> Repository:
    found = Repository.of(str(root / "pkg" / "scenario.py"))
    assert found is not None
    return found


def collect(root: Path, max_bytes: int = EVERYTHING) -> Code:
    source = str(root / "pkg" / "scenario.py")
    return code_of_repository(repository_of(root), source, str(root / "out"), Collector(max_bytes, always))


@needs_git
def test_tracked_text_and_new_source_is_code(root: Path) -> None:
    code = collect(root)
    expected = {"pkg/__init__.py", "pkg/scenario.py", "pkg/new.py", "README.md", "labels.txt", ".gitignore"}
    assert set(code.files) == expected
    assert code.files["pkg/new.py"] == b"b = 2\n"


@needs_git
def test_what_is_left_out_is_told_with_the_reason(root: Path) -> None:
    assert collect(root).left_out == {
        "images/one.png": "data",
        "table.csv": "data",
        "data/huge.npz": "data",
        "deploy/prod_secrets.yaml": "may hold secrets",
        ".env": "may hold secrets",
        "pkg/notes.txt": "not under version control, and no source code",
        "binary.py": "no text",
        "large.py": "larger than 1 MB",
        "link.py": "a link",
    }


@needs_git
def test_the_folder_of_the_scenario_comes_first_where_there_is_little_space(root: Path) -> None:
    code = collect(root, max_bytes=len("a = 1\n") + len("b = 2\n") + 2)
    assert set(code.files) == {"pkg/__init__.py", "pkg/scenario.py", "pkg/new.py"}
    assert code.left_out["README.md"] == "the snapshot is full"


@needs_git
def test_what_is_imported_comes_before_what_is_not(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, {"zebra.py": "z = 1\n"})
    module = types.ModuleType("zebra")
    module.__file__ = str(root / "zebra.py")
    monkeypatch.setitem(sys.modules, "zebra", module)
    monkeypatch.setattr("tfaip.runs.code.collecting.MAX_FILES", 4)
    assert set(collect(root).files) == {"pkg/__init__.py", "pkg/new.py", "pkg/scenario.py", "zebra.py"}


@needs_git
def test_commit_branch_and_changes(root: Path) -> None:
    repository = repository_of(root)
    clean = repository.describe()
    assert (clean.commit, clean.branch, clean.dirty) == (git(root, "rev-parse", "HEAD"), "main", False)
    assert repository.patch(SECRETS) == (b"", True)
    write(root, {"pkg/scenario.py": "a = 2\n", "deploy/prod_secrets.yaml": "key: 2\n"})
    assert repository.describe().dirty
    patch, is_all = repository.patch(SECRETS)
    assert is_all and b"+a = 2" in patch and b"key" not in patch


@needs_git
def test_a_large_patch_is_cut_off_behind_a_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfaip.runs.code.repository.MAX_PATCH_BYTES", 300)
    write(root, {"pkg/scenario.py": "a = 2\n" * 1000})
    patch, is_all = repository_of(root).patch([])
    assert not is_all and len(patch) <= 300 and patch.endswith(b"\n")


@needs_git
def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    write(tmp_path, {"pkg/scenario.py": "a = 1\n"})
    git(tmp_path, "init", "-q")
    repository = repository_of(tmp_path)
    assert repository.describe().commit == ""
    assert repository.patch([]) == (b"", True)
    assert set(collect(tmp_path).files) == {"pkg/scenario.py"}


@needs_git
def test_an_ignored_file_is_not_code_of_the_repository(root: Path) -> None:
    assert Repository.of(str(root / "ignored" / "lib.py")) is None


@needs_git
def test_another_repository_within_is_left_out(root: Path) -> None:
    other = create(root.parent / "other")
    git(root, "submodule", "--quiet", "add", str(other), "sub")
    code = collect(root)
    assert code.left_out["sub"] == "another repository"
    assert not [path for path in code.files if path.startswith("sub/")]


@needs_git
def test_nothing_that_a_repository_names_is_run(root: Path, tmp_path: Path) -> None:
    marker = tmp_path / "was_run"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    program.chmod(0o755)
    settings = ["core.fsmonitor", "diff.external", "diff.x.textconv", "diff.x.command", "core.pager", "pager.diff"]
    settings += ["filter.x.clean", "filter.x.process", "filter.x.smudge"]
    for name in settings:
        git(root, "config", name, str(program))
    git(root, "config", "filter.x.required", "true")
    write(root, {".gitattributes": "*.py filter=x diff=x\n", "pkg/scenario.py": "a = 3\n"})
    hooks = root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "fsmonitor-watchman", "pre-commit"):
        shutil.copy(program, hooks / name)
    repository = repository_of(root)
    assert repository.describe().dirty
    assert b"+a = 3" in repository.patch([])[0]
    assert "pkg/scenario.py" in collect(root).files
    assert not marker.exists()


@needs_git
def test_asking_changes_nothing(root: Path) -> None:
    os.utime(root / "pkg" / "scenario.py", (1, 1))
    before = (root / ".git" / "index").read_bytes()
    repository = repository_of(root)
    repository.describe()
    repository.patch([])
    collect(root)
    assert (root / ".git" / "index").read_bytes() == before


def test_without_git_there_is_no_repository(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert Repository.of(str(root / "pkg" / "scenario.py")) is None


def test_a_git_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec sleep 1000\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert git_output(str(tmp_path), "status", seconds=0.2) is None


def test_output_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec yes\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert git_output(str(tmp_path), "status", max_bytes=10) == (b"y\n" * 5, False)


def test_a_repository_of_the_environment_is_not_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    assert "GIT_DIR" not in git_module._environment()


MODULES = """
import json, sys
from tfaip.runs.code.collecting import Collector, code_of_modules
import pkg.scenario, helper
code = code_of_modules(pkg.scenario.__file__, "pkg.scenario", Collector(10**7, lambda: True))
print(json.dumps([code.root, sorted(code.files)]))
"""


def test_without_a_repository_the_imported_modules_of_package_and_working_directory_are_code(tmp_path: Path) -> None:
    write(
        tmp_path / "lib",
        {"pkg/__init__.py": "", "pkg/scenario.py": "import pkg.used", "pkg/used.py": "", "pkg/b.py": ""},
    )
    write(tmp_path / "work", {"helper.py": "", "other.py": "", "data.csv": ""})
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "lib"), str(tmp_path / "work"), *sys.path])}
    result = subprocess.run(
        [sys.executable, "-c", MODULES], cwd=tmp_path / "work", env=env, capture_output=True, text=True, check=True
    )
    root, files = json.loads(result.stdout)
    assert root == str(tmp_path / "lib")
    assert files == ["helper.py", "pkg/__init__.py", "pkg/scenario.py", "pkg/used.py"]


def test_root_of_a_package(tmp_path: Path) -> None:
    assert package_root(str(tmp_path / "a" / "b" / "c.py"), "a.b.c") == str(tmp_path)
    assert package_root(str(tmp_path / "a" / "b" / "__init__.py"), "a.b") == str(tmp_path)
    assert package_root(str(tmp_path / "c.py"), "__main__") == str(tmp_path)


def test_collecting_ends_with_the_training(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        code_of_modules(__file__, __name__, Collector(EVERYTHING, lambda: False))


def code_of(tmp_path: Path, **files: bytes) -> Code:
    return Code(str(tmp_path), {f"pkg/{name}.py": content for name, content in files.items()}, {"x.csv": "data"})


def test_a_snapshot_is_written_once_and_again_when_the_code_changes(tmp_path: Path) -> None:
    run = str(tmp_path)
    assert write_snapshot(run, code_of(tmp_path, a=b"1"), b"", "p==1\n") == "code/1"
    assert write_snapshot(run, code_of(tmp_path, a=b"1"), b"", "p==1\n") == "code/1"
    assert write_snapshot(run, code_of(tmp_path, a=b"2"), b"", "p==1\n") == "code/2"
    assert write_snapshot(run, code_of(tmp_path, a=b"2"), b"patch", "p==1\n") == "code/3"
    assert write_snapshot(run, code_of(tmp_path, a=b"2"), b"patch", "p==2\n") == "code/4"
    manifest = read_manifest(str(tmp_path / "code" / "3"))
    assert manifest is not None
    assert set(manifest.files) == {"pkg/a.py"} and manifest.left_out == {"x.csv": "data"}
    assert (tmp_path / "code" / "3" / "files" / "pkg" / "a.py").read_bytes() == b"2"
    assert (tmp_path / "code" / "3" / "diff.patch").read_bytes() == b"patch"


def test_a_snapshot_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tfaip.runs.code.snapshot._write_file", full)
    with pytest.raises(OSError, match="No space"):
        write_snapshot(str(tmp_path), code_of(tmp_path, a=b"1"), b"", "")
    assert os.listdir(tmp_path / "code") == []


def test_packages_are_listed_with_their_versions() -> None:
    expected = {f"{found.name.replace('_', '-')}=={found.version}".lower() for found in metadata.distributions()}
    assert set(installed_packages().lower().split()) == expected
