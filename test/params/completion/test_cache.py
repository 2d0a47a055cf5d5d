# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Cached data hold until the code changes, and a broken file is as good as none."""

import os

import pytest

from tfaip.params.completion import cache
from tfaip.params.completion.cache import cache_directory, cache_entry, read_cache, write_cache


@pytest.fixture(autouse=True)
def _cache_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "package"
    path.mkdir()
    (path / "a.py").write_text("a")
    return path


def test_data_come_back(package):
    entry = cache_entry("tfaip-train", "package", [str(package)])
    assert read_cache(entry) is None
    write_cache(entry, {"a": [1]})
    assert read_cache(cache_entry("tfaip-train", "package", [str(package)])) == {"a": [1]}
    assert read_cache(cache_entry("tfaip-lav", "package", [str(package)])) is None
    assert read_cache(cache_entry("tfaip-train", "package", [str(package.parent)])) is None


def test_data_are_out_of_date_when_the_code_changes(package, monkeypatch):
    write_cache(cache_entry("p", "s", [str(package)]), {"a": 1})
    os.utime(package / "a.py", (2_000_000_000, 2_000_000_000))
    changed = cache_entry("p", "s", [str(package)])
    assert read_cache(changed) is None
    write_cache(changed, {"a": 2})
    assert len(os.listdir(cache_directory())) == 1
    (package / "b.py").write_text("b")
    os.utime(package / "b.py", (1_000_000_000, 1_000_000_000))
    assert read_cache(cache_entry("p", "s", [str(package)])) is None
    monkeypatch.setattr(cache, "__version__", "0")
    assert read_cache(cache_entry("p", "s", [str(package)])) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"state": 1}', "\x00"])
def test_a_broken_file_is_ignored_and_written_again(package, text):
    entry = cache_entry("p", "s", [str(package)])
    write_cache(entry, {"a": 1})
    with open(entry.path, "w") as file:
        file.write(text)
    assert read_cache(entry) is None
    write_cache(entry, {"a": 2})
    assert read_cache(entry) == {"a": 2}


def test_a_directory_that_cannot_be_written_is_no_error(package, tmp_path):
    (tmp_path / "cache").write_text("a file")
    write_cache(cache_entry("p", "s", [str(package)]), {})


@pytest.mark.parametrize("value", ["", ".cache", "."])
def test_the_cache_is_never_in_the_working_directory(monkeypatch, tmp_path, value):
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_directory() == str(tmp_path / ".cache" / "tfaip" / "completion")
