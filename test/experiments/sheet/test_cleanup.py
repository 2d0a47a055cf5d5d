# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Only a directory that is one run is ever removed."""

import os

import pytest

from tfaip.experiments.sheet.cleanup import is_to_be_removed, remove_run
from tfaip.runs.format.run import RunInfo, write_run
from tfaip.util.errors import UserError


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "models" / "a"
    (folder / "best" / "serve").mkdir(parents=True)
    (folder / "best" / "trainer_params.json").write_text("{}")
    write_run(str(folder), RunInfo(name="a"))
    return folder


def test_a_run_is_removed_and_nothing_beside_it(run):
    (run.parent / "notes.txt").write_text("")
    remove_run(str(run))
    assert os.listdir(run.parent) == ["notes.txt"]


def test_what_links_in_a_run_lead_to_stays(run, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "image.png").write_text("")
    (run / "data").symlink_to(tmp_path / "data")
    remove_run(str(run))
    assert (tmp_path / "data" / "image.png").exists()


def refused(path, reason):
    with pytest.raises(UserError) as error:
        remove_run(str(path))
    assert reason in error.value.got
    assert os.path.lexists(path)


def test_what_is_no_run_is_not_removed(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "image.png").write_text("")
    refused(tmp_path / "data", "no run")
    refused(tmp_path / "data" / "image.png", "no run")


def test_links_to_runs_are_not_removed(run, tmp_path):
    (tmp_path / "link").symlink_to(run)
    refused(tmp_path / "link", "a link")


def test_a_directory_with_other_runs_is_not_removed(run):
    write_run(str(run.parent), RunInfo(name="models"))
    refused(run.parent, "another run, a")


def test_repositories_and_where_one_works_are_not_removed(run, monkeypatch):
    monkeypatch.chdir(run / "best")
    refused(run, "the working directory")
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", str(run))
    refused(run, "the home directory")
    monkeypatch.delenv("HOME")
    (run / ".git").mkdir()
    refused(run, "a repository")


def test_what_is_not_there_or_empty_needs_not_be_removed(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert not is_to_be_removed(str(tmp_path / "none"))
    assert not is_to_be_removed(str(tmp_path / "empty"))
    assert is_to_be_removed(str(run))
