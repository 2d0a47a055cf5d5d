# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The commit of the source checkout."""

import subprocess

from tfaip.util import versioning


def test_the_commit_of_the_checkout_is_reported_inside_git_hooks_too(monkeypatch, tmp_path):
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@t"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    expected = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    monkeypatch.setattr(versioning, "_CHECKOUT", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert versioning.get_commit_hash.__wrapped__() == expected


def test_a_package_inside_another_repository_reports_none(monkeypatch, tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "site-packages").mkdir()
    monkeypatch.setattr(versioning, "_CHECKOUT", str(tmp_path / "site-packages"))
    assert versioning.get_commit_hash.__wrapped__() is None
