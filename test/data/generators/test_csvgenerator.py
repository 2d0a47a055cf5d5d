# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""CSV files: rows become samples, in order, with the file and the line in every message."""

import threading

import numpy as np
import pytest

from tfaip.data.generators.csvgenerator import (
    CSVGenerator,
    CSVGeneratorParams,
    CSVTuple,
    SCSVGenerator,
    SCSVGeneratorParams,
    TSVGenerator,
    TSVGeneratorParams,
)
from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.data.pipeline.errors import SampleError
from tfaip.util.errors import UserFileNotFoundError, UserValueError

DEADLINE = 30
# bins in their order: e 1, b 2, d 2, a 3, c 5, f 6
ROWS = ["a,3,A,", "b,2,B,2020", "c,5,C,", "d,2,D,", "e,1,E,", "f,6,F,"]


@pytest.fixture
def files(tmp_path):
    for name, rows in (("x.csv", ROWS[:2]), ("y.csv", ROWS[2:])):
        (tmp_path / name).write_text("\n".join(rows) + "\n")
    return [str(tmp_path / "*.csv")]


def create(files, mode=PipelineMode.EVALUATION, seed=1, cls=CSVGeneratorParams, **kwargs):
    generator = cls(files=files, **kwargs).create(mode)
    generator.rng = np.random.default_rng(seed)
    return generator


def paths(contents):
    return ["".join(paths(content)) if isinstance(content, list) else content.inputs for content in contents]


def test_a_row_is_a_path_its_size_the_ground_truth_and_a_date():
    row = CSVTuple.parse(["a.png", "120", "hello", "2020-01-01"], prefix="/data")
    assert row == CSVTuple("/data/a.png", 120, "hello", "2020-01-01")
    assert row == CSVTuple(data_path="/data/a.png", data_bins=120, gt="hello", date="2020-01-01")
    sample = CSVTuple.parse(["a.png", "120", "hello"]).to_sample()
    assert (sample.inputs, sample.targets) == ("a.png", "hello")
    assert sample.meta == {"data_path": "a.png", "data_bins": 120}
    for wrong in (["a"], ["a", "1", "b", "c", "d"], ["a", "x", "b"], ["a", "-1", "b"], []):
        with pytest.raises(ValueError, match="column"):
            CSVTuple.parse(wrong)


def test_patterns_are_resolved_and_read_in_order(files, tmp_path):
    params = CSVGeneratorParams(files=[*files, str(tmp_path / "x.csv")])
    assert params.files == [str(tmp_path / name) for name in ("x.csv", "y.csv", "x.csv")]
    params.__post_init__()
    assert len(params.files) == 3
    generator = create(files)
    assert isinstance(generator, CSVGenerator)
    assert (len(generator), generator.yields_batches()) == (6, False)
    assert paths(generator.generate()) == paths(generator.generate()) == list("abcdef")
    assert generator.steps_per_epoch(4, scale_factor=2) == 3


@pytest.mark.parametrize(
    ("cls", "generator_cls", "text"),
    [
        (TSVGeneratorParams, TSVGenerator, 'a\t3\tsay "A", b\n'),
        (SCSVGeneratorParams, SCSVGenerator, 'a;3;"say ""A"", b"\n'),
        (CSVGeneratorParams, CSVGenerator, 'data_path,data_bins,gt\n\na,3,"say ""A"", b"\r\n'),
    ],
)
def test_columns_are_separated_by_commas_tabs_or_semicolons(cls, generator_cls, text, tmp_path):
    (tmp_path / "x").write_text(text)
    generator = create([str(tmp_path / "x")], cls=cls)
    assert type(generator) is generator_cls
    assert [(sample.inputs, sample.targets) for sample in generator.generate()] == [("a", 'say "A", b')]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a,1,x\nb\n", 2, "columns"),
        ("a,1,x\n\nb,x,y\n", 3, "number of elements"),
        ("a,1\n", 1, "no ground truth"),
        ('a,1,"x\ny"\nb,1,"x"y\n', 3, "cannot be read"),
        ('a,1,x\nb,1,"x\nc,1,x\n', 2, "cannot be read"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(text, line, message, tmp_path):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(UserValueError, match=f"(?s){message}.*x.csv, line {line}\n"):
        len(create([str(tmp_path / "x.csv")]))


def test_a_ground_truth_is_needed_only_where_there_are_targets(tmp_path):
    (tmp_path / "x.csv").write_text("a,1\n")
    (sample,) = create([str(tmp_path / "x.csv")], PipelineMode.PREDICTION).generate()
    assert (sample.inputs, sample.targets) == ("a", None)


def test_a_missing_file_and_a_pattern_without_a_match_are_named(tmp_path):
    for name in ("missing.csv", "*.csv"):
        with pytest.raises(UserFileNotFoundError) as error:
            len(create([str(tmp_path / name)]))
        assert error.value.where == str(tmp_path / name)


def test_training_has_another_order_in_each_pass_and_the_same_for_the_same_seed(files):
    def passes(seed, **kwargs):
        generator = create(files, PipelineMode.TRAINING, seed, **kwargs)
        return [paths(generator.generate()) for _ in range(3)]

    for kwargs in ({}, {"batch_bins": 3}):
        first, second, third = passes(1, **kwargs)
        assert sorted(first) == sorted(second) == sorted(third)
        assert len({tuple(first), tuple(second), tuple(third)}) > 1
        assert passes(1, **kwargs) == [first, second, third]
        assert passes(2, **kwargs) != [first, second, third]


def test_batches_hold_rows_of_similar_size(files):
    # as in the tests of auto-batching: e 1, eb 4, ebd 6 exceeds 5; ac 10; f 6
    generator = create(files, batch_bins=5)
    assert paths(generator.generate()) == ["dbe", "ca", "f"]
    assert (generator.yields_batches(), len(generator)) == (True, 6)
    assert generator.steps_per_epoch(16) == 3
    assert generator.steps_per_epoch(16, scale_factor=2) == 6


class Loading(CSVGenerator):
    """The first sample is the last to be loaded."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.others = threading.Semaphore(0)

    def load_sample(self, sample: Sample):
        if sample.inputs == "a" and self.with_threading:
            assert all(self.others.acquire(timeout=DEADLINE) for _ in range(3))
        self.others.release()
        if sample.inputs == "e":
            raise OSError("no such picture")
        return sample.new_inputs(sample.inputs.upper())


@pytest.mark.parametrize("with_threading", [False, True])
def test_samples_are_loaded_in_threads_and_come_in_order(files, with_threading):
    generator = Loading(mode=PipelineMode.EVALUATION, params=CSVGeneratorParams(files), with_threading=with_threading)
    samples = iter(generator.generate())
    assert [next(samples).inputs for _ in range(4)] == ["A", "B", "C", "D"]
    with pytest.raises(OSError, match="no such picture") as error:
        next(samples)
    assert isinstance(error.value, SampleError)
    assert error.value.index == 4
    assert "y.csv, line 3, sample 4 with meta" in error.value.where
    assert error.value.processor == "Loading.load_sample"


def test_samples_of_batches_are_loaded_too(files):
    class Upper(CSVGenerator):
        def load_sample(self, sample: Sample):
            return sample.new_inputs(sample.inputs.upper())

    generator = Upper(mode=PipelineMode.EVALUATION, params=CSVGeneratorParams(files, batch_bins=5))
    assert paths(generator.generate()) == ["DBE", "CA", "F"]


def test_loading_nothing_is_an_error(files):
    class Dropping(CSVGenerator):
        def load_sample(self, sample: Sample):
            return None

    generator = Dropping(mode=PipelineMode.EVALUATION, params=CSVGeneratorParams(files))
    with pytest.raises(TypeError, match="load_sample returned None, expected a Sample"):
        list(generator.generate())


@pytest.mark.parametrize("kwargs", [{}, {"batch_bins": 5}])
def test_a_pass_is_continued_without_loading_what_is_done(files, kwargs):
    loaded = []

    class Counting(CSVGenerator):
        def load_sample(self, sample: Sample):
            loaded.append(sample.inputs)
            return sample

    def contents(start=None):
        generator = Counting(mode=PipelineMode.TRAINING, params=CSVGeneratorParams(files, **kwargs))
        generator.rng = np.random.default_rng(2)
        return paths(generator.generate() if start is None else generator.generate_from(start))

    whole = contents()
    for number in range(len(whole) + 1):
        loaded.clear()
        assert contents(sum(map(len, whole[:number]))) == whole[number:]
        assert len(loaded) == sum(map(len, whole[number:]))
