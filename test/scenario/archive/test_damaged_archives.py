# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An archive that was cut off or changed is told, and nothing of it is used."""

import os
import shutil
from pathlib import Path

import pytest

from tfaip.scenario.archive import open_model_directory
from tfaip.scenario.archive.packing import pack_model_directory
from tfaip.util.errors import UserError

pytestmark = pytest.mark.usefixtures("temporary")
# where the members of the tar end
BORDERS = (3584, 4608)
KINDS = ["model.zip", "model.tar", "model.tar.gz", "model.tgz"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source" / "serve").mkdir(parents=True)
    (tmp_path / "source" / "trainer_params.json").write_text("{}")
    (tmp_path / "source" / "serve" / "saved_model.pb").write_bytes(os.urandom(3000))
    return tmp_path / "source"


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_that_is_cut_off_anywhere_is_told(folder: Path, tmp_path: Path, kind: str, temporary: Path) -> None:
    path = tmp_path / kind
    pack_model_directory(str(folder), str(path))
    content = path.read_bytes()
    cuts = sorted(
        {0, 1, 100, 512, 1024, *BORDERS, len(content) // 2, len(content) - 10_000, len(content) - 1}
        & {*range(len(content))}
    )
    for length in cuts:
        # tar fills its last record with zeros, which nobody misses
        if kind == "model.tar" and length >= -(-len(content.rstrip(b"\0")) // 512) * 512 + 512:
            continue
        path.write_bytes(content[:length])
        with pytest.raises(UserError, match="damaged or not complete"):
            open_model_directory(str(path))
        assert not os.listdir(temporary)


@pytest.mark.parametrize("kind", ["model.zip", "model.tar.gz"])
def test_a_flipped_byte_in_a_file_is_told(folder: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    pack_model_directory(str(folder), str(path))
    content = bytearray(path.read_bytes())
    # in the random bytes, which are most of the archive
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged or not complete"):
        open_model_directory(str(path))


def test_a_member_that_lies_before_the_beginning_of_a_zip_is_told(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    pack_model_directory(str(folder), str(path))
    content = bytearray(path.read_bytes())
    # a table of contents that should be longer moves the beginning of the archive
    place = content.rindex(b"PK\5\6") + 16
    offset = int.from_bytes(content[place : place + 4], "little")
    content[place : place + 4] = (offset + 5000).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged or not complete"):
        open_model_directory(str(path))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_archive_is_told(tmp_path: Path, kind: str) -> None:
    for content in (b"", b"text", bytes(5000), os.urandom(5000)):
        (tmp_path / kind).write_bytes(content)
        with pytest.raises(UserError, match=r"damaged|no model directory"):
            open_model_directory(str(tmp_path / kind))


def test_the_archive_of_something_else_is_told(folder: Path, tmp_path: Path, temporary: Path) -> None:
    os.remove(folder / "trainer_params.json")
    pack_model_directory(str(folder), str(tmp_path / "model.zip"))
    with pytest.raises(FileNotFoundError, match="holds no model directory"):
        open_model_directory(str(tmp_path / "model.zip"))
    assert not os.listdir(temporary)


def test_the_archive_of_several_models_is_told(folder: Path, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / "both" / name).mkdir(parents=True)
        (tmp_path / "both" / name / "trainer_params.json").write_text("{}")
    shutil.make_archive(str(tmp_path / "model"), "zip", tmp_path / "both")
    with pytest.raises(UserError, match="several model directories"):
        open_model_directory(str(tmp_path / "model.zip"))
