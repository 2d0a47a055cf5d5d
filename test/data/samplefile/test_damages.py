# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Damaged, truncated and hostile files of samples give a message; a failed writer leaves the old file."""

import json
import os
import pickle
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from test.data.samplefile.values import Outer, same
from tfaip import Sample
from tfaip.data.samplefile import SampleFileReader, SampleFileWriter, read_samples, writer
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError

SAMPLES = [
    Sample(inputs={"x": np.arange(4.0)}, targets=[1, "a"], outputs=b"abc", meta={"d": Outer("x"), "i": 10**20})
    for _ in range(3)
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three samples in two chunks."""
    monkeypatch.setattr(writer, "MAX_CHUNK_SAMPLES", 2)
    with SampleFileWriter(tmp_path / "file.samples", {"result": {"acc": np.float32(0.5)}}) as stream:
        for sample in SAMPLES:
            stream.write(sample)
    return tmp_path / "file.samples"


def read(path: Path) -> list[Sample]:
    return list(read_samples(path))


def members_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(file: Path, **options: Any) -> Any:
    """Return a function that writes the file anew with other contents of some members."""

    def change(changes: dict[str, Any]) -> Path:
        members = {**members_of(file), **changes}
        with zipfile.ZipFile(file, "w", **options) as archive:
            for name, content in members.items():
                if content is not None:
                    archive.writestr(name, content)
        return file

    return change


def with_value(file: Path, value: Any, **more: Any) -> Path:
    tree = json.dumps({"outputs": value, **more}).encode() + b"\n"
    return rewrite(file)({"samples/000001.jsonl": tree})


@pytest.mark.parametrize("step", [23, pytest.param(1, marks=pytest.mark.slow)])
def test_a_file_cut_short_anywhere_is_damaged(file: Path, step: int) -> None:
    content = file.read_bytes()
    for length in range(0, len(content), step):
        file.write_bytes(content[:length])
        with pytest.raises(UserValueError, match="file.samples"):
            read(file)


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_a_changed_byte_is_noticed_or_changes_nothing(file: Path, step: int) -> None:
    content = file.read_bytes()
    noticed = 0
    for place in range(0, len(content), step):
        for change in (0x01, 0xFF):
            changed = bytearray(content)
            changed[place] ^= change
            file.write_bytes(changed)
            try:
                samples = read(file)
            except UserError as error:
                assert "file.samples" in str(error)
                noticed += 1
            else:
                assert same([vars(sample) for sample in samples], [vars(sample) for sample in SAMPLES])
    assert noticed > len(content) / step


def test_the_message_names_the_part_and_its_samples(file: Path) -> None:
    content = bytearray(file.read_bytes())
    # in the second chunk's arrays
    content[content.index(b"samples/000001.bin") + len("samples/000001.bin") + 3] ^= 1
    file.write_bytes(content)
    samples = read_samples(file)
    assert len([next(samples), next(samples)]) == 2
    with pytest.raises(UserValueError, match=r"file\.samples, samples/000001\.bin, samples 2 to 2[\s\S]*CRC"):
        next(samples)


@pytest.mark.parametrize("missing", ["samples/000000.jsonl", "samples/000001.bin", "attributes.bin", "manifest.json"])
def test_a_missing_part_is_named(file: Path, missing: str) -> None:
    rewrite(file)({missing: None})
    with pytest.raises(UserValueError, match=missing):
        read(file)


@pytest.mark.parametrize(
    "changes",
    [
        {"chunks": [2]},
        {"chunks": [2, -1, 2]},
        {"chunks": [2, True]},
        {"chunks": "2"},
        {"chunks": [10**400], "samples": 10**400},
        {"chunks": [3], "samples": 3},
        {"samples": None},
        {"attributes": []},
        {"attributes": {"$": "array", "dtype": "<f4", "shape": [9], "at": 0}},
        {"format": "other"},
        {"version": 2},
        {"version": "1"},
    ],
    ids=str,
)
def test_a_wrong_manifest_is_refused(file: Path, changes: dict[str, Any]) -> None:
    manifest = json.loads(members_of(file)["manifest.json"])
    rewrite(file)({"manifest.json": json.dumps({**manifest, **changes})})
    with pytest.raises(UserValueError, match="file.samples"):
        read(file)


ARRAY = {"$": "array", "dtype": "<f8", "shape": [4], "at": 0}


@pytest.mark.parametrize(
    "value",
    [
        {**ARRAY, "shape": [5]},
        {**ARRAY, "shape": [10**30]},
        {**ARRAY, "shape": [0, 10**30]},
        {**ARRAY, "shape": [0, 2**62, 8]},
        {**ARRAY, "shape": [-1, -4]},
        {**ARRAY, "shape": [1.0]},
        {**ARRAY, "shape": [True]},
        {**ARRAY, "shape": [1] * 100},
        {**ARRAY, "shape": "4"},
        {**ARRAY, "at": -1},
        {**ARRAY, "at": 10**30},
        {**ARRAY, "at": None},
        {**ARRAY, "dtype": "O"},
        {**ARRAY, "dtype": "|O8"},
        {**ARRAY, "dtype": "<f8,O"},
        {**ARRAY, "dtype": "<V8"},
        {**ARRAY, "dtype": "<U0", "shape": [10**18]},
        {**ARRAY, "dtype": "<U9999999999"},
        {**ARRAY, "dtype": "float_nothing"},
        {**ARRAY, "dtype": "float8_nothing"},
        {**ARRAY, "dtype": ["a", "<f4"]},
        {**ARRAY, "dtype": "<M8[xx]"},
        {**ARRAY, "$": "scalar"},
        {"$": "bytes", "at": 0, "size": 10**15},
        {"$": "objects", "shape": [10**12], "items": []},
        {"$": "objects", "shape": [2], "items": [1]},
        {"$": "pickle", "value": "x"},
        {"$": None},
        {"$": ["array"]},
        {"$": "int", "value": "x"},
        {"$": "int", "value": 3},
        {"$": "float", "value": "x"},
        {"$": "complex", "value": [1]},
        {"$": "complex", "value": ["a", "b"]},
        {"$": "tuple"},
        {"$": "set", "items": [[1]]},
        {"$": "dict", "items": [[1]]},
        {"$": "dict", "items": [[[1], 2]]},
        {"$": "dict", "items": {"a": 1}},
        {"$": "dataclass", "class": "test.data.samplefile.values:Outer"},
        {"$": "dataclass", "class": "test.data.samplefile.values:Outer", "fields": {}},
        {"$": "dataclass", "class": "test.data.samplefile.values:NotADataclass", "fields": {}},
        {"$": "dataclass", "class": "test.data.samplefile.values:Colour", "fields": {}},
        {"$": "dataclass", "class": 3, "fields": {}},
        {"$": "enum", "class": "test.data.samplefile.values:Colour", "value": "blue"},
        {"$": "enum", "class": "test.data.samplefile.values:Outer", "value": "red"},
        {"$": "enum", "class": "os:system", "value": "true"},
        {"$": "dataclass", "class": "os:system", "fields": {}},
    ],
    ids=str,
)
def test_a_wrong_value_is_refused_and_its_sample_named(file: Path, value: Any) -> None:
    with_value(file, value)
    with pytest.raises(UserError, match="sample 2"):
        read(file)


@pytest.mark.parametrize(
    "tree", [b"[" * 100_000, b"{}\n{}\n", b"", b"NaN\n", b"[]\n", b'{"x": 1}\n', b"\xff\n", b"null\n"]
)
def test_a_wrong_tree_is_refused_and_its_samples_named(file: Path, tree: bytes) -> None:
    rewrite(file)({"samples/000001.jsonl": tree})
    with pytest.raises(UserValueError, match="sample"):
        read(file)


def test_deep_values_are_refused(file: Path) -> None:
    value: Any = 1
    for _ in range(150):
        value = {"$": "tuple", "items": [value]}
    with_value(file, value)
    with pytest.raises(UserValueError, match="levels"):
        read(file)


def test_a_compressed_bomb_is_refused_before_it_is_unpacked(file: Path) -> None:
    rewrite(file, compression=zipfile.ZIP_DEFLATED)({"samples/000001.bin": bytes(10**7)})
    with pytest.raises(UserValueError, match="compressed"):
        SampleFileReader(file)


def test_parts_that_overlap_and_names_that_occur_twice_are_refused(file: Path) -> None:
    content = file.read_bytes()
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr("manifest.json", b"{}")
    with pytest.raises(UserValueError, match="twice"):
        read(file)
    file.write_bytes(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("padding", bytes(5000))
        first = archive.getinfo("padding")
        for index in range(10):
            again = zipfile.ZipInfo(f"padding {index}")
            again.header_offset, again.file_size, again.compress_size = first.header_offset, 5000, 5000
            again.CRC = first.CRC
            archive.filelist.append(again)
    with pytest.raises(UserValueError, match="larger than the file"):
        read(file)


def test_no_code_of_the_file_is_run(file: Path, tmp_path: Path) -> None:
    (tmp_path / "evil_module.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass X: pass\n")
    with_value(file, {"$": "dataclass", "class": "evil_module:X", "fields": {"a": 1}})
    with pytest.raises(UserError, match="evil_module"):
        read(file)
    assert not (tmp_path / "ran").exists()
    assert read_plain(file) == {"a": 1}


def read_plain(file: Path) -> Any:
    return [*read_samples(file, with_classes=False)][-1].outputs


def test_classes_can_be_left_out(file: Path) -> None:
    with_value(file, {"$": "enum", "class": "test.data.samplefile.values:Colour", "value": "red"})
    assert read_plain(file) == "red"


def test_what_is_no_file_of_samples_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserFileNotFoundError, match="none"):
        read_samples(tmp_path / "none")
    with pytest.raises(UserFileNotFoundError):
        read_samples(tmp_path)
    for content in (b"", b"text", pickle.dumps([1])):
        (tmp_path / "other").write_bytes(content)
        with pytest.raises(UserValueError, match="other"):
            read_samples(tmp_path / "other")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(UserValueError, match="no file of samples"):
        read_samples(tmp_path / "a.zip")


# ---------------------------------------------------------------------- writing
def test_a_failed_writer_leaves_the_old_file_and_nothing_else(file: Path) -> None:
    content = file.read_bytes()
    with pytest.raises(ZeroDivisionError), SampleFileWriter(file) as stream:
        stream.write(SAMPLES[0])
        raise ZeroDivisionError
    with pytest.raises(TypeError), SampleFileWriter(file) as stream:
        stream.attributes["x"] = object()
    assert file.read_bytes() == content
    assert os.listdir(file.parent) == [file.name]


def test_errors_name_the_file_and_not_the_temporary_one(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no/file") as error, SampleFileWriter(tmp_path / "no" / "file"):
        pass
    assert error.value.filename == str(tmp_path / "no" / "file")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder'$"), SampleFileWriter(tmp_path / "folder"):
        pass
    with pytest.raises(FileNotFoundError, match="image.png"), SampleFileWriter(tmp_path / "file"):
        Path("image.png").read_bytes()
    assert os.listdir(tmp_path) == ["folder"]


def test_a_full_disk_names_the_file(tmp_path: Path) -> None:
    import errno

    with pytest.raises(OSError, match="No space") as error, SampleFileWriter(tmp_path / "file") as stream:

        def write(content: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        stream._archive.fp.write = write
        for _ in range(3):
            stream.write(Sample(outputs=bytes(5 * 2**20)))
    assert error.value.filename == str(tmp_path / "file")
    assert os.listdir(tmp_path) == []


def test_a_killed_process_leaves_the_old_file(file: Path) -> None:
    content = file.read_bytes()
    code = (
        "import os, signal, sys\n"
        "from tfaip import Sample\n"
        "from tfaip.data.samplefile import SampleFileWriter\n"
        "with SampleFileWriter(sys.argv[1]) as file:\n"
        "    for _ in range(5):\n"
        "        file.write(Sample(outputs=bytes(3 * 2**20)))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(file)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert file.read_bytes() == content
    assert len(read(file)) == 3


def test_arrays_that_share_bytes_cannot_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "file.samples"
    with SampleFileWriter(path) as stream:
        stream.write(Sample(inputs=[np.arange(100), np.arange(100)]))
    (name,) = (name for name in members_of(path) if name.endswith(".jsonl"))
    record = json.loads(members_of(path)[name])
    first, second = record["inputs"]
    assert first["at"] != second["at"]
    second["at"] = first["at"]
    third = {**first}
    record["inputs"].append(third)
    rewrite(path)({name: json.dumps(record) + "\n"})
    with pytest.raises(UserError, match="share bytes"):
        read(path)
