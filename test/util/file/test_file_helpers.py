# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Working directory and patterns of file names."""

import os

import pytest

from tfaip.util.file.glob_util import glob_all
from tfaip.util.file.oshelper import ChDir


def test_the_working_directory_is_restored_also_after_an_error(tmp_path):
    before = os.getcwd()
    with pytest.raises(KeyError):
        with ChDir(tmp_path):
            assert os.path.samefile(os.getcwd(), tmp_path)
            raise KeyError
    assert os.getcwd() == before


def test_patterns_are_sorted_and_plain_names_kept(tmp_path):
    for name in ("b.png", "a.png", "c.txt"):
        (tmp_path / name).touch()
    missing = str(tmp_path / "missing.png")
    assert glob_all([missing, str(tmp_path / "*.png"), str(tmp_path / "*.jpg")]) == [
        missing,
        str(tmp_path / "a.png"),
        str(tmp_path / "b.png"),
    ]
    assert glob_all(missing) == [missing]


def test_lists_are_resolved_relative_to_their_folder(tmp_path):
    (tmp_path / "a.png").touch()
    (tmp_path / "all.files").write_text("*.png\n\nother.png\n")
    assert glob_all([str(tmp_path / "all.files")], ".files") == [str(tmp_path / "a.png"), str(tmp_path / "other.png")]
    with pytest.raises(FileNotFoundError, match=r"no\.files"):
        glob_all([str(tmp_path / "no.files")], ".files")
