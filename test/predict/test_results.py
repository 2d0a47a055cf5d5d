# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Files of results: each format, what does not fit into it, and nothing half written."""

import csv
import enum
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tfaip import Sample
from tfaip.predict.results import check_result_path, create_result_writer
from tfaip.predict.results.rows import flat, to_plain
from tfaip.util.errors import UserError


class Data:
    def sample_pictures(self, sample):
        return {"img": sample.inputs} if isinstance(sample.inputs, np.ndarray) else {}


class FakePredictor:
    """What a writer needs of a predictor."""

    data = Data()

    def result_row(self, sample):
        return {"meta": sample.meta, "outputs": sample.outputs}


def samples(n, **outputs):
    return [Sample(outputs={"class": np.int64(i), **outputs}, meta={"path": f"ä {i}.png"}) for i in range(n)]


def write(path, values, columns=None):
    with create_result_writer(str(path), FakePredictor(), columns) as writer:
        for sample in values:
            writer.write(sample)


def test_json_lines_hold_all(tmp_path):
    path = tmp_path / "results.jsonl"
    write(path, samples(2, pred=np.float32([0.5, np.nan]), text=np.array([b"abc"], object)))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[1]) == {
        "meta": {"path": "ä 1.png"},
        "outputs": {"class": 1, "pred": [0.5, None], "text": ["abc"]},
    }


def test_a_table_has_a_column_for_each_value(tmp_path):
    path = tmp_path / "results.csv"
    write(path, samples(2, p=np.float64([0.25])))
    with open(path, encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == [
            {"meta.path": f"ä {i}.png", "outputs.class": str(i), "outputs.p": "0.25"} for i in range(2)
        ]


def test_columns_can_be_chosen(tmp_path):
    path = tmp_path / "results.csv"
    write(path, samples(2, pred=np.ones(3)), ["outputs.class"])
    assert path.read_text().split() == ["outputs.class", "0", "1"]
    with pytest.raises(UserError, match=r"outputs.clas[\s\S]*Did you mean outputs.class"):
        write(path, samples(2), ["outputs.clas"])


def test_what_is_not_flat_is_named_with_the_columns_that_are(tmp_path):
    with pytest.raises(UserError, match=r"outputs.pred[\s\S]*--output_columns meta.path outputs.class[\s\S]*jsonl"):
        write(tmp_path / "results.csv", samples(2, pred=np.ones(3)))
    assert list(tmp_path.iterdir()) == []


def test_a_further_column_is_an_error(tmp_path):
    with pytest.raises(UserError, match="outputs.new"):
        write(tmp_path / "results.csv", [*samples(1), *samples(1, new=3)])


def test_parquet_keeps_the_types(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "results.parquet"
    write(path, samples(3, p=0.5))
    table = parquet.read_table(path)
    assert table.column_names == ["meta.path", "outputs.class", "outputs.p"]
    assert table.to_pylist()[2] == {"meta.path": "ä 2.png", "outputs.class": 2, "outputs.p": 0.5}
    with pytest.raises(UserError, match="different types"):
        write(path, [*samples(1, p="text"), *samples(1, p=3)])
    assert parquet.read_table(path).num_rows == 3
    write(path, [])
    assert parquet.read_table(path).num_rows == 0


def test_a_folder_holds_the_pictures(tmp_path):
    path = tmp_path / "results"
    picture = np.zeros([9, 8, 3], np.uint8)
    write(path, [Sample(inputs=picture, outputs={"class": 1}), Sample(inputs="none", outputs={"class": 2})])
    first, second = map(json.loads, (path / "results.jsonl").read_text().splitlines())
    assert (path / first["pictures"]["img"]).read_bytes().startswith(b"\x89PNG")
    assert "pictures" not in second
    with pytest.raises(UserError, match="there already"):
        write(path, [])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results"]


@pytest.mark.parametrize("name", ["r.jsonl", "r.csv", "r.parquet", "r"])
def test_after_an_error_there_is_no_file_and_an_older_one_stays(tmp_path, name):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    path = tmp_path / name
    if "." in name:
        path.write_bytes(b"older")

    def broken():
        yield from samples(2)
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        write(path, broken())
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == ([(name, b"older")] if "." in name else [])


@pytest.mark.parametrize(
    ("path", "columns", "message"),
    [("r.xlsx", None, "not known"), ("r.jsonl", ["a"], "Columns can only"), ("full", None, "there already")],
)
def test_what_cannot_be_written_is_said_before(tmp_path, path, columns, message):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(UserError, match=message):
        check_result_path(str(tmp_path / path), columns)


def test_parquet_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"tfaip\[parquet\]"):
        check_result_path("r.parquet")


class Kind(enum.Enum):
    ONE = "one"


@dataclass
class Box:
    x: int
    kind: Kind


def test_all_kinds_of_values_become_plain():
    value = {
        1: (Box(2, Kind.ONE), {3, 1}),
        "array": np.array(2.5),
        "bytes": b"\xff\x00",
        "path": Path("a"),
        "bool": np.bool_(True),
        "numbers": np.float32([[np.inf, 1]]),
        "none": None,
        "text": np.array("b"),
    }
    assert to_plain(value, "meta") == {
        "1": [{"x": 2, "kind": "one"}, [1, 3]],
        "array": 2.5,
        "bytes": "/wA=",
        "path": "a",
        "bool": True,
        "numbers": [[None, 1.0]],
        "none": None,
        "text": "b",
    }
    with pytest.raises(UserError, match=r"meta.a"):
        to_plain({"a": object()}, "meta")


def test_a_flat_row_has_no_dictionaries():
    assert flat({"a": {"b": {"c": [[1]]}, "d": [1, 2]}, "e": None}) == {"a.b.c": 1, "a.d": [1, 2], "e": None}
