# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``scripts/setup_venv.sh`` says what is missing and does nothing when all is there."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")


@pytest.fixture
def checkout(tmp_path):
    """A folder that looks like a checkout, in which nothing can be installed."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup_venv.sh", tmp_path / "scripts")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def setup_venv(checkout, **env):
    command = ["/bin/sh", "scripts/setup_venv.sh", ".venv"]
    return subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True, check=False)


def make_program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_without_a_suitable_python_the_message_names_the_versions(checkout, tmp_path):
    # a shim of a version manager whose version is not installed
    make_program(tmp_path / "bin" / "python3.13", "echo 'version not installed' >&2; exit 127")
    done = setup_venv(checkout, PATH=str(tmp_path / "bin"))
    assert done.returncode != 0
    assert "Python 3.11, 3.12 or 3.13" in done.stderr
    assert not (checkout / ".venv").exists()


def test_an_unsuitable_choice_is_named(checkout, tmp_path):
    make_program(tmp_path / "old-python", "exit 1")
    done = setup_venv(checkout, PATH="/usr/bin:/bin", PYTHON=str(tmp_path / "old-python"))
    assert done.returncode != 0
    assert "old-python is not a Python" in done.stderr


def test_nothing_is_done_when_pyproject_is_the_installed_one(checkout):
    make_program(checkout / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    digest = hashlib.sha256((checkout / "pyproject.toml").read_bytes()).hexdigest()
    (checkout / ".venv" / ".installed").write_text(f"{digest} {checkout}\n")
    done = setup_venv(checkout, PATH="/usr/bin:/bin")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_failed_installation_leaves_no_stamp(checkout):
    failing_pip = 'case "$2" in pip) exit 1 ;; esac\n'
    make_program(checkout / ".venv" / "bin" / "python", f'{failing_pip}exec {sys.executable} "$@"')
    (checkout / ".venv" / ".installed").write_text("of an older pyproject.toml")
    done = setup_venv(checkout, PATH="/usr/bin:/bin")
    assert done.returncode != 0
    assert "The installation failed" in done.stderr
    assert not (checkout / ".venv" / ".installed").exists()
