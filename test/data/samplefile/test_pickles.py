# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Dumps of pickles are read, and make nothing but samples and values."""

import io
import os
import pickle
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from test.data.samplefile.values import Colour, NotADataclass, Outer, same
from tfaip import Sample
from tfaip.data.samplefile.pickles import holds_pickles, read_pickled_samples
from tfaip.util.errors import UserError, UserFileNotFoundError

VALUES = {
    "img": np.arange(6.0).reshape(2, 3),
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "texts": np.array(["a", "b"]),
    "objects": np.array(["a", None, [1]], object),
    "scalar": np.float32(2),
    "plain": [1, None, "a", b"b", (1.5, {2}), 3j],
    "class": Outer("x", colour=Colour.TUPLE),
}


def archive(path: Path, members: Iterable[tuple[str, Any]], protocol: int = 4) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, value in members:
            content = value if isinstance(value, bytes) else pickle.dumps(value, protocol=protocol)
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_an_archive_of_1_2_is_read_in_the_order_of_its_samples(tmp_path: Path, protocol: int) -> None:
    samples = [(f"{i}.pred", Sample(inputs=i, outputs=VALUES, meta={"i": i})) for i in range(11)]
    path = archive(tmp_path / "dump.tar.gz", reversed(samples), protocol)
    assert holds_pickles(str(path))
    found = list(read_pickled_samples(str(path)))
    assert [(sample.inputs, sample.meta["i"]) for sample in found] == [(i, i) for i in range(11)]
    assert same(found[0].outputs, VALUES)


def test_the_dump_of_an_evaluation_is_read(tmp_path: Path) -> None:
    pairs = [({"gt": np.zeros(1)}, VALUES), ("a", "b")]
    (tmp_path / "dump").write_bytes(pickle.dumps({"target_prediction_pairs": pairs, "result": {"acc": 1}}))
    first, second = read_pickled_samples(str(tmp_path / "dump"))
    assert same((first.targets, first.outputs), pairs[0])
    assert (second.targets, second.outputs) == ("a", "b")


class Runs:
    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


class Evaluates:
    def __reduce__(self) -> Any:
        return eval, ("1",)


def test_functions_are_not_called_and_classes_that_are_no_data_not_made(tmp_path: Path) -> None:
    for value in (Runs(tmp_path / "ran"), Evaluates(), NotADataclass(), np.load, io.BytesIO()):
        path = archive(tmp_path / "dump.tar.gz", [("0.pred", Sample(outputs=value))])
        with pytest.raises(UserError, match=r"0\.pred"):
            list(read_pickled_samples(str(path)))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "members",
    [
        [("0.pred", Sample()), ("2.pred", Sample())],
        [("0.pred", Sample()), ("0.pred", Sample())],
        [("../0.pred", Sample())],
        [("other", Sample())],
        [("0.pred", {"no": "sample"})],
        [("0.pred", b"")],
        [("0.pred", pickle.dumps(Sample())[:-3])],
        [("0.pred", b"\x80\x04\x95garbage")],
    ],
    ids=str,
)
def test_other_and_damaged_archives_are_refused(tmp_path: Path, members: list) -> None:
    path = archive(tmp_path / "dump.tar.gz", members)
    with pytest.raises(UserError, match=r"dump\.tar\.gz"):
        list(read_pickled_samples(str(path)))


def test_a_truncated_archive_and_links_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "dump.tar.gz", [("0.pred", Sample(outputs=os.urandom(10_000)))])
    content = path.read_bytes()
    for length in (3, 100, len(content) // 2, len(content) - 5):
        path.write_bytes(content[:length])
        with pytest.raises(UserError, match=r"dump\.tar\.gz"):
            list(read_pickled_samples(str(path)))
    with tarfile.open(path, "w:gz") as tar:
        link = tarfile.TarInfo("0.pred")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(UserError, match="no sample"):
        list(read_pickled_samples(str(path)))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFileNotFoundError):
        list(read_pickled_samples(str(tmp_path / "none")))
    for content in (b"", b"text", pickle.dumps([1]), pickle.dumps({"target_prediction_pairs": [1]})):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(UserError, match="cannot be read"):
            list(read_pickled_samples(str(tmp_path / "file")))
