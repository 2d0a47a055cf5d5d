# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Resources are registered once, resolve their paths and travel with an export."""

import os
from pathlib import Path

import pytest

from tfaip.resource.manager import ResourceManager
from tfaip.resource.resource import Resource
from tfaip.util.errors import UserError


def test_relative_paths_begin_at_the_working_directory(tmp_path):
    manager = ResourceManager(str(tmp_path))
    resource = Resource("sub/file.txt")
    assert not resource.initialized
    manager.register("id", resource, ["data", "file"])
    assert resource.initialized
    assert resource.abs_path == str(tmp_path / "sub" / "file.txt")
    assert resource.rel_path == os.path.join("sub", "file.txt")
    assert resource.basename == "file.txt"
    assert resource.dump_path == os.path.join("resources", "data", "file", "file.txt")
    assert "id" in manager
    assert manager.get("id") is resource
    assert dict(manager.items()) == {"id": resource}


def test_an_id_is_given_once(tmp_path):
    manager = ResourceManager(str(tmp_path))
    manager.register("id", Resource("a"))
    with pytest.raises(KeyError, match="id"):
        manager.register("id", Resource("b"))
    manager.remove("id")
    assert "id" not in manager
    with pytest.raises(KeyError, match="Known: none"):
        manager.get("id")


def test_a_missing_file_stops_the_export_before_anything_is_copied(tmp_path):
    (tmp_path / "a").write_text("a")
    manager = ResourceManager(str(tmp_path))
    manager.register("a", Resource("a"))
    manager.register("b", Resource("missing.txt"))
    with pytest.raises(FileNotFoundError, match=r"missing\.txt"):
        manager.dump(str(tmp_path / "export"))
    assert not (tmp_path / "export").exists()


def test_json_holds_the_path():
    assert Resource.encode(None) is None
    assert Resource.encode(Resource("/a/b")) == "/a/b"
    assert Resource.decode(None) is None
    assert Resource.decode("/a/b") == Resource("/a/b")


def pipe(folder):
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def folder_with_pipe(folder):
    pipe(folder)
    return folder


def circle(folder):
    (folder / "inner").mkdir()
    (folder / "inner" / "a").symlink_to(folder)
    return folder


def doubling(folder):
    (folder / "one").mkdir()
    for name in "ab":
        (folder / name).symlink_to(folder / "one")
    return folder


@pytest.mark.parametrize("make", [pipe, folder_with_pipe, circle, doubling, lambda folder: Path("/dev/null")])
def test_what_copying_would_not_come_to_the_end_of_is_refused(tmp_path, make):
    source = tmp_path / "source"
    source.mkdir()
    manager = ResourceManager(str(tmp_path))
    manager.register("r", Resource(str(make(source))))
    with pytest.raises(UserError, match="cannot be copied"):
        manager.dump(str(tmp_path / "export"))
    assert not (tmp_path / "export").exists()


def test_a_folder_with_links_to_files_is_copied(tmp_path):
    (tmp_path / "source" / "inner").mkdir(parents=True)
    (tmp_path / "file").write_text("text")
    for name in "ab":
        (tmp_path / "source" / "inner" / name).symlink_to(tmp_path / "file")
    manager = ResourceManager(str(tmp_path))
    manager.register("r", Resource("source"))
    manager.dump(str(tmp_path / "export"))
    assert (tmp_path / "export" / "resources" / "source" / "inner" / "b").read_text() == "text"
