# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is written to a file of samples is what is read."""

import json
import os
import subprocess
import sys
import tracemalloc
import zipfile
from collections import OrderedDict, namedtuple
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from test.data.samplefile.values import Colour, Inner, NotADataclass, Outer, same
from tfaip import PipelineMode, Sample
from tfaip.data.samplefile import SampleFileReader, SampleFileWriter, read_samples, writer
from tfaip.util.errors import UserTypeError

Point = namedtuple("Point", "x y")

DEEP: Any = "bottom"
for _ in range(90):
    DEEP = [DEEP]

VALUES: dict[str, Any] = {
    "none": None,
    "truth values": [True, False],
    "integers": [0, -1, 2**53, 2**53 + 1, -(2**63), 10**5000],
    "floats": [0.0, -0.0, 1.5e-300, float("inf"), float("-inf"), float("nan")],
    "complex": [1 + 2j, complex("nan+infj")],
    "texts": ["", "ä\n\r\u2028\0", "\ud800", "😀", "$"],
    "bytes": [b"", b"\0\xff\n"],
    "nested": {"a": [{"b": (1, [2.0, None])}, []], "": {}},
    "a tag as key": {"$": "array", "dtype": "<f4"},
    "other keys": {1: "a", (1, "b"): 2, None: 3, Colour.RED: 4, np.int32(3): 5},
    "set": {1, "a", (2, 3)},
    "deep": DEEP,
    "enumerations": [Colour.RED, Colour.TUPLE, PipelineMode.TARGETS],
    "dataclass": Outer("x", Inner(np.arange(3)), Colour.TUPLE),
    "scalars": [np.float32(1.5), np.int8(-3), np.bool_(True), np.str_("ä"), np.bytes_(b"a"), np.float64("nan")],
    "a time": np.datetime64("2026-01-02T03:04:05.678"),
    "times": np.array(["2026-01-02", "NaT"], "datetime64[D]"),
    "image": np.arange(24, dtype=np.uint8).reshape(2, 4, 3),
    "no dimension": np.array(3.5),
    "empty": np.zeros((0, 3), np.float16),
    "other order": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "a part": np.arange(20)[::3],
    "big-endian": np.arange(3, dtype=">i4"),
    "truth array": np.array([[True, False]]),
    "texts of an array": np.array(["a", "", "ßß"]),
    "bytes of an array": np.array([b"a", b"bcd"]),
    "empty texts": np.array(["", ""]),
    "complex array": np.array([1j, 2], np.complex64),
    "ragged": [np.arange(n, dtype=np.float32) for n in (3, 0, 2)],
    "objects": np.array([["a", None], [b"x", {"k": np.arange(2)}]], object),
    "bfloat16": np.arange(4, dtype=ml_dtypes.bfloat16),
    "float8": np.arange(4, dtype=ml_dtypes.float8_e4m3fn),
    "int4": np.arange(4, dtype=ml_dtypes.int4),
}


def write(path: Path, *samples: Sample, **attributes: Any) -> Path:
    with SampleFileWriter(path, attributes) as file:
        for sample in samples:
            file.write(sample)
    return path


@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_with_its_type(tmp_path: Path, name: str) -> None:
    value = VALUES[name]
    (sample,) = read_samples(write(tmp_path / "f", Sample(inputs=value, outputs={"x": value}, meta=[value])))
    assert same(sample.inputs, value)
    assert same(sample.outputs, {"x": value})
    assert same(sample.meta, [value])
    assert sample.targets is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Point(1, 2), (1, 2)),
        (OrderedDict(a=1), {"a": 1}),
        (frozenset([1]), {1}),
        (bytearray(b"a"), b"a"),
        (Path("a/b"), os.path.join("a", "b")),
        (np.zeros(2, "U0"), np.array(["", ""])),
    ],
    ids=repr,
)
def test_a_derived_type_comes_back_as_its_base(tmp_path: Path, value: Any, expected: Any) -> None:
    (sample,) = read_samples(write(tmp_path / "f", Sample(outputs=value)))
    assert same(sample.outputs, expected)


def test_tensors_become_arrays(tmp_path: Path) -> None:
    import tensorflow as tf

    outputs = {"x": tf.constant([[1.0, 2.0]]), "s": tf.constant(b"a\0"), "r": tf.ragged.constant([[1], [], [2, 3]])}
    (sample,) = read_samples(write(tmp_path / "f", Sample(outputs=outputs)))
    assert same(sample.outputs["x"], np.array([[1.0, 2.0]], np.float32))
    assert sample.outputs["s"] == b"a\0"
    assert [list(row) for row in sample.outputs["r"]] == [[1], [], [2, 3]]


def test_no_samples_and_samples_of_nothing(tmp_path: Path) -> None:
    assert list(read_samples(write(tmp_path / "none"))) == []
    (sample,) = read_samples(write(tmp_path / "nothing", Sample()))
    assert vars(sample) == vars(Sample())


def test_attributes_travel_along(tmp_path: Path) -> None:
    with SampleFileWriter(tmp_path / "f", {"a": 1}) as file:
        file.write(Sample(outputs=1))
        file.attributes["confusion"] = np.eye(2)
    reader = SampleFileReader(tmp_path / "f")
    assert same(reader.attributes, {"a": 1, "confusion": np.eye(2)})
    assert len(reader) == reader.n_samples == file.n_samples == 1


def test_many_and_big_samples_are_split_into_chunks_that_come_back_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_CHUNK_BYTES", 3000)
    monkeypatch.setattr(writer, "MAX_CHUNK_SAMPLES", 10)
    sizes = [*[1] * 25, 5000, 1, 2000, 2000, 1]
    path = write(tmp_path / "f", *(Sample(inputs=np.full(size, i % 256, np.uint8)) for i, size in enumerate(sizes)))
    with zipfile.ZipFile(path) as archive:
        chunks = json.loads(archive.read("manifest.json"))["chunks"]
    assert chunks == [10, 10, 6, 3, 1]
    reader = SampleFileReader(path)
    for _ in range(2):
        assert [(s.inputs.size, s.inputs[0]) for s in reader] == [(size, i % 256) for i, size in enumerate(sizes)]


def test_writing_and_reading_hold_a_few_megabytes_of_a_large_file(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with SampleFileWriter(tmp_path / "f") as file:
            for value in range(100):
                file.write(Sample(outputs=np.full(2**20, value, np.uint8)))
        assert sum(int(sample.outputs[0]) for sample in read_samples(tmp_path / "f")) == sum(range(100))
        assert tracemalloc.get_traced_memory()[1] < 25 * 2**20
    finally:
        tracemalloc.stop()


def test_what_a_caller_changes_later_is_not_what_was_written(tmp_path: Path) -> None:
    array = np.zeros(3)
    with SampleFileWriter(tmp_path / "f") as file:
        for value in range(2):
            array[:] = value
            file.write(Sample(outputs=array))
    first, second = read_samples(tmp_path / "f")
    assert (first.outputs[0], second.outputs[0]) == (0, 1)
    # belongs to who read it
    first.outputs[0] = 5
    assert second.outputs[0] == 1


def test_equal_samples_give_equal_files(tmp_path: Path) -> None:
    samples = [Sample(outputs=VALUES["image"], meta={"set": {"b", "a", "c"}})]
    assert write(tmp_path / "a", *samples).read_bytes() == write(tmp_path / "b", *samples).read_bytes()


def local_dataclass() -> Any:
    from dataclasses import dataclass

    @dataclass
    class Local:
        x: int = 0

    return Local()


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (object(), "object"),
        (NotADataclass(), "NotADataclass"),
        (Outer, "type"),
        (len, "builtin_function_or_method"),
        (local_dataclass(), "Local"),
        (LOOP, "more than"),
        (np.zeros(2, [("a", "<f4")]), "an array of"),
        (np.zeros(2, "V3"), "an array of"),
        (np.ma.masked_array([1, 2], [0, 1]), "masked"),
        (np.array([object()]), "object"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_read_again_is_refused_by_place_and_type_and_the_writer_goes_on(
    tmp_path: Path, value: Any, got: str
) -> None:
    with SampleFileWriter(tmp_path / "f") as file:
        file.write(Sample(outputs={"a": b"first"}))
        with pytest.raises(UserTypeError, match=f"sample 1/outputs/x/0[\\s\\S]*{got}"):
            file.write(Sample(inputs=b"bytes before", outputs={"x": [value]}))
        file.write(Sample(outputs={"a": b"second"}))
    kept = [{"a": b"first"}, {"a": b"second"}]
    assert [sample.outputs for sample in read_samples(tmp_path / "f")] == kept
    # nothing of it is left
    without = write(tmp_path / "without", *(Sample(outputs=outputs) for outputs in kept))
    assert without.read_bytes() == (tmp_path / "f").read_bytes()


def test_reading_and_writing_needs_no_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from tfaip import Sample\n"
        "from tfaip.data.samplefile import SampleFileWriter, read_samples\n"
        "with SampleFileWriter(sys.argv[1]) as file:\n"
        "    file.write(Sample(outputs=np.zeros(2)))\n"
        "assert len(list(read_samples(sys.argv[1]))) == 1\n"
        "sys.exit('tensorflow' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "f")], check=True)
