# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""List files: read in order, or mixed without end by their ratios, the same for the same seed."""

import itertools
import random
from collections import Counter

import numpy as np
import pytest

from tfaip.data.pipeline.datagenerator import seeded_pass
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.data.pipeline.mixing import Mixture
from tfaip.scenario.listfile.data_list_helpers import (
    FileListIterablor,
    FileListProviderFn,
    ListMixDefinition,
    read_list,
)
from tfaip.scenario.listfile.params import ListFileTrainerPipelineParams, ListsFileGeneratorParams
from tfaip.util.errors import UserFileNotFoundError, UserValueError


@pytest.fixture
def files(tmp_path):
    for name, n in (("a", 5), ("b", 50), ("empty", 0)):
        lines = [f"{name}{number}  " for number in range(n)]
        (tmp_path / f"{name}.lst").write_text("\n".join(["# comment", "", *lines]) + "\n")
    return [str(tmp_path / "a.lst"), str(tmp_path / "b.lst")]


def lines(files, mode=PipelineMode.TRAINING, seed=1, epoch=0, start=0, n=None, **kwargs):
    generator = ListsFileGeneratorParams(lists=files, **kwargs).create(mode)
    samples = itertools.islice(seeded_pass(generator, seed, epoch, start), n)
    return [sample.inputs for sample in samples]


@pytest.mark.parametrize("mode", [PipelineMode.EVALUATION, PipelineMode.PREDICTION, PipelineMode.TARGETS])
def test_lists_are_read_in_order_outside_of_training(files, mode):
    expected = [f"a{i}" for i in range(5)] + [f"b{i}" for i in range(50)]
    assert lines(files, mode, list_ratios=[1, 7]) == expected
    assert lines(files, mode, start=52) == expected[52:]
    generator = ListsFileGeneratorParams(lists=files).create(mode)
    assert len(generator) == 55
    sample = next(iter(generator.generate()))
    assert (sample.inputs, sample.targets) == ("a0", "a0")


def test_lines_with_the_prefix_are_left_out(files, tmp_path):
    assert read_list(files[0], "#")[0] == "a0"
    assert read_list(files[0], None)[0] == read_list(files[0], "")[0] == "# comment"
    assert read_list(files[0], "a") == ["# comment"]
    (tmp_path / "bom").write_bytes("\ufeffä\r\n b \t".encode())
    assert read_list(str(tmp_path / "bom")) == ["ä", " b"]


@pytest.mark.parametrize(("ratios", "share"), [(None, 0.5), ([1, 3], 0.25), ([2.0, 0.5], 0.8), ([1, 0], 1)])
def test_training_mixes_lists_by_their_ratios_without_end(files, ratios, share):
    n = 20000
    counts = Counter(line[0] for line in lines(files, n=n, list_ratios=ratios))
    assert counts["a"] / n == pytest.approx(share, abs=0.02)


def test_each_list_is_read_to_its_end_before_a_line_comes_again(files):
    mixed = lines(files, n=3000)
    for name, size in (("a", 5), ("b", 50)):
        own = [line for line in mixed if line.startswith(name)]
        rounds = [own[i : i + size] for i in range(0, len(own) - size, size)]
        assert all(len(set(part)) == size for part in rounds)
        assert len({tuple(part) for part in rounds}) > 20  # in a new order


def test_the_mixture_depends_on_seed_and_pass_only(files):
    first = lines(files, n=200)
    assert first == lines(files, n=200)
    assert first != lines(files, n=200, seed=2)
    assert first != lines(files, n=200, epoch=1)
    random.seed(5)
    np.random.seed(5)
    assert first == lines(files, n=200)


@pytest.mark.parametrize("start", [0, 1, 700, 16383, 16384, 20000])
def test_the_mixture_can_be_continued_anywhere(files, start):
    whole = lines(files, n=20100, list_ratios=[1, 2])
    assert lines(files, n=100, start=start, list_ratios=[1, 2]) == whole[start : start + 100]
    assert lines(files[:1], n=30, start=start) == lines(files[:1], n=start + 30)[start:]


def test_continuing_far_ahead_does_not_read_what_is_before():
    pairs = Mixture([10**6, 10**6], [1, 1], seed=3).pairs(10**8)
    assert {number for number, _ in itertools.islice(pairs, 100)} == {0, 1}


def test_empty_lists_are_never_chosen(files, tmp_path):
    empty = str(tmp_path / "empty.lst")
    assert {line[0] for line in lines([empty, *files], n=100)} == {"a", "b"}
    assert lines([empty]) == lines([]) == []
    with pytest.raises(UserValueError, match="empty.lst"):
        ListsFileGeneratorParams(lists=[empty]).create(PipelineMode.TRAINING).steps_per_epoch(1)
    with pytest.raises(UserValueError, match=r"no list files.\n  where:    --train.lists"):
        ListsFileGeneratorParams().create(PipelineMode.TRAINING).steps_per_epoch(1)


@pytest.mark.parametrize("ratios", [[1.0], [1, 2, 3], [-1, 2], [0, 0], [float("nan"), 1], [float("inf"), 1]])
def test_impossible_ratios_are_refused(ratios):
    with pytest.raises(ValueError, match="list_ratios"):
        ListsFileGeneratorParams(lists=["a", "b"], list_ratios=ratios)


def test_ratios_are_one_by_default():
    params = ListsFileGeneratorParams(lists=["a", "b"])
    params.__post_init__()
    assert params.list_ratios == [1.0, 1.0]
    assert ListsFileGeneratorParams().list_ratios is None
    assert ListsFileGeneratorParams(lists=None).list_ratios is None


@pytest.mark.parametrize(
    ("mode", "flag"), [(PipelineMode.TRAINING, "--train.lists"), (PipelineMode.PREDICTION, "--data.lists")]
)
def test_a_missing_list_is_named_with_its_flag(mode, flag, tmp_path):
    missing = str(tmp_path / "missing.lst")
    with pytest.raises(UserFileNotFoundError) as error:
        lines([missing], mode)
    assert error.value.where == missing
    assert flag in error.value.hint
    with pytest.raises(UserValueError, match="cannot be read as a text"):
        lines([str(tmp_path)], mode)


@pytest.mark.parametrize("name", ["train", "val", "lav"])
def test_all_lists_of_a_training_are_looked_for_before_it_begins(name, files, tmp_path):
    gen = ListFileTrainerPipelineParams()
    for field in ("train", "val", "lav"):
        getattr(gen, field).lists = list(files)
    getattr(gen, name).lists = [*files, str(tmp_path / "x"), str(tmp_path / "y")]
    with pytest.raises(UserFileNotFoundError, match="2 files do not exist") as error:
        gen.train_data(None)
    assert error.value.where == f"{tmp_path}/x, {tmp_path}/y"
    assert f"correct --{name}.lists" in error.value.hint


def test_load_and_validate_has_a_result_for_each_of_its_lists_or_those_of_the_validation(files):
    gen = ListFileTrainerPipelineParams()
    gen.val = ListsFileGeneratorParams(lists=files)
    assert list(gen.lav_gen()) == [gen.val]
    assert (gen.lav_default().lists, gen.lav_default().list_ratios) == (files, None)
    gen.lav = ListsFileGeneratorParams(lists=files[::-1], ignore_prefix="%")
    assert [params.lists for params in gen.lav_gen()] == [files[1:], files[:1]]
    assert {params.ignore_prefix for params in gen.lav_gen()} == {"%"}
    assert gen.lav_default().lists == files[::-1]
    assert gen.lav.list_ratios == [1.0, 1.0]


def test_helpers_read_shuffle_and_mix_lists(files):
    provider = FileListProviderFn(files[0], ignore_prefix="#")
    assert provider() == ["a0", "a1", "a2", "a3", "a4"]
    iterator = FileListIterablor(provider, random.Random(1))
    rounds = [[next(iterator) for _ in range(5)] for _ in range(4)]
    assert [sorted(part) for part in rounds] == [provider()] * 4
    assert len(set(map(tuple, rounds))) > 1
    definition = ListMixDefinition(files, [1, 3], "#")
    mixed = list(itertools.islice(definition.as_generator(random.Random(2)), 4000))
    assert mixed[:50] == list(itertools.islice(definition.as_generator(random.Random(2)), 50))
    assert Counter(line[0] for line in mixed)["a"] / 4000 == pytest.approx(0.25, abs=0.04)
