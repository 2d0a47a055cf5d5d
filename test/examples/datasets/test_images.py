# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Photographs come from the first source that has them, are verified, and are never made up."""

import dataclasses
import hashlib
import io
import logging
import tarfile
import urllib.error

import pytest
from PIL import Image

from examples.datasets import downloads, files, flowers, images, stamps, textures
from examples.datasets.imagefolders import read_image_folder
from examples.datasets.images import load_images
from examples.datasets.wheels import FetchError
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError


def write_classes(folder, classes=("bird", "flower"), n=10):
    for name in classes:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for i in range(n):
            Image.new("RGB", (9, 9)).save(folder / name / f"{name}{i}.png")
    return folder


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A machine without any images, whose network can be reached by nobody until a test says so."""
    for name in ("TFAIP_IMAGES_DIR", "TFAIP_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TFAIP_DATA_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(images, "_told", set())

    def no_network(url, timeout):
        raise urllib.error.URLError("no network")

    def no_package(*args):
        raise FetchError("no package index")

    monkeypatch.setattr(downloads.urllib.request, "urlopen", no_network)
    monkeypatch.setattr(stamps, "stamps_folder", no_package)
    monkeypatch.setattr(textures, "textures_folder", no_package)
    return tmp_path


class TestFolder:
    def test_parts_share_no_file_and_leave_none_out(self, tmp_path):
        folder = write_classes(tmp_path / "d", n=20)
        parts = {part: read_image_folder(folder, part) for part in ("train", "val", "test")}
        assert [len(parts[part].paths) for part in parts] == [24, 6, 10]
        assert len({path for part in parts.values() for path in part.paths}) == 40
        assert all(part.classes == ["bird", "flower"] and set(part.labels) == {0, 1} for part in parts.values())

    def test_the_division_is_that_of_another_machine_and_of_the_seed(self, tmp_path):
        names = [
            [path.rsplit("/", 1)[1] for path in read_image_folder(write_classes(tmp_path / place), "test", seed).paths]
            for place, seed in (("a", 0), ("b", 0), ("a", 1))
        ]
        assert names[0] == names[1] != names[2]

    def test_folders_of_parts_are_taken_as_they_are(self, tmp_path):
        for i, part in enumerate(("train", "val", "test")):
            write_classes(tmp_path / "d" / part, n=i + 1)
        assert [len(read_image_folder(tmp_path / "d", part).paths) for part in ("train", "val", "test")] == [2, 4, 6]

    def test_share_of_the_largest_class(self, tmp_path):
        write_classes(tmp_path, ("bird",), n=30)
        write_classes(tmp_path, ("flower",), n=10)
        assert read_image_folder(tmp_path, "train").largest_class_share() == 0.75

    def test_a_folder_without_classes_is_refused_naming_it(self, tmp_path):
        with pytest.raises(UserFileNotFoundError, match="nowhere"):
            read_image_folder(tmp_path / "nowhere", "train")
        write_classes(tmp_path, ("bird",))
        with pytest.raises(UserFileNotFoundError, match=r"(?s)one folder of images for each class.*bird"):
            read_image_folder(tmp_path, "train")
        write_classes(tmp_path, ("flower",), n=3)
        with pytest.raises(UserValueError, match=r"(?s)flower.*at least 4.*3"):
            read_image_folder(tmp_path, "train")

    def test_an_unknown_part_names_the_known_ones(self, tmp_path):
        with pytest.raises(UserValueError, match=r"(?s)train or val or test.*valid"):
            read_image_folder(tmp_path, "valid")


class TestOrder:
    def test_an_explicit_folder_is_the_only_source(self, places, monkeypatch):
        folder = write_classes(places / "mine")
        assert load_images("train", folder=str(folder)).source == str(folder)
        monkeypatch.setenv("TFAIP_IMAGES_DIR", str(folder))
        assert load_images("train").source == str(folder)
        monkeypatch.setenv("TFAIP_IMAGES_DIR", str(places / "nowhere"))
        with pytest.raises(UserFileNotFoundError, match="nowhere"):
            load_images("train")

    def test_packages_stand_in_for_the_download_and_the_source_is_logged(self, places, monkeypatch, caplog):
        monkeypatch.setattr(textures, "textures_folder", lambda: (write_classes(places / "t"), "PyPI wheel"))
        with caplog.at_level(logging.INFO):
            assert load_images("train").source == "PyPI wheel"
            load_images("val")
        assert "12 images of bird, flower from PyPI wheel" in caplog.text
        assert caplog.text.count("no network") == 1
        monkeypatch.setattr(stamps, "stamps_folder", lambda: (write_classes(places / "s"), "Debian package"))
        assert load_images("train").source == "Debian package"
        assert load_images("train", "textures").source == "PyPI wheel"

    def test_without_any_source_the_error_says_what_to_do(self, places):
        with pytest.raises(UserError) as info:
            load_images("train")
        message = str(info.value)
        assert "TFAIP_IMAGES_DIR" in message
        assert "flowers: https://" in message
        assert "textures: no package index" in message

    def test_offline_does_not_contact_the_server(self, places, monkeypatch):
        monkeypatch.setattr(downloads.urllib.request, "urlopen", lambda *a, **k: pytest.fail("asked the network"))
        with pytest.raises(UserError, match="offline"):
            load_images("train", offline=True)
        monkeypatch.setenv("TFAIP_OFFLINE", "1")
        with pytest.raises(UserError, match="offline"):
            load_images("train", "flowers")

    def test_an_unknown_name_names_the_known_ones(self, places):
        with pytest.raises(UserValueError, match="Did you mean flowers"):
            load_images("train", "flower")


def archive_of(folder):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.add(folder, arcname=flowers.FOLDER)
    return content.getvalue()


class TestFlowers:
    def serve(self, monkeypatch, content):
        asked = []

        def answer(url, timeout):
            asked.append(url)
            return io.BytesIO(content)

        monkeypatch.setattr(downloads.urllib.request, "urlopen", answer)
        return asked

    def test_are_downloaded_once_and_checked(self, places, monkeypatch):
        content = archive_of(write_classes(places / "served", ("roses", "tulips")))
        asked = self.serve(monkeypatch, content)
        served = dataclasses.replace(flowers.ARCHIVE, sha256=hashlib.sha256(content).hexdigest())
        monkeypatch.setattr(flowers, "ARCHIVE", served)
        assert load_images("train").classes == ["roses", "tulips"]
        assert load_images("val", offline=True).source == "tf_flowers (cached)"
        assert asked == [flowers.ARCHIVE.url]
        assert sorted(path.name for path in files.cache_dir().iterdir() if path.suffix != ".lock") == [flowers.FOLDER]

    def test_something_else_is_refused_and_not_kept(self, places, monkeypatch):
        self.serve(monkeypatch, archive_of(write_classes(places / "served")))
        with pytest.raises(UserError, match=r"(?s)not the one that was verified.*flower_photos"):
            load_images("train")
        assert not (files.cache_dir() / flowers.FOLDER).exists()
