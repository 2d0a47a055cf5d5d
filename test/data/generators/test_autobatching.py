# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Batches by a number of elements, computed by hand."""

import pytest

from tfaip.data.generators.autobatching.autobatcher import auto_batch_to_same_samples_per_batch
from tfaip.data.generators.batchedmultilists import NumElementsBatchSampler, load_num_sequence_text
from tfaip.util.errors import UserFileNotFoundError, UserValueError

# lengths in their order: e 1, b 2, d 2, a 3, c 5, f 6
LENGTHS = {"a": [3], "b": [2], "c": [5], "d": [2], "e": [1], "f": [6]}


def batches(bins, shapes=(LENGTHS,), **kwargs):
    kwargs.setdefault("sort_in_batch", "ascending")
    return ["".join(batch) for batch in auto_batch_to_same_samples_per_batch(bins, list(shapes), **kwargs)]


@pytest.mark.parametrize(
    ("bins", "expected"),
    [
        # e: 1, eb: 2 * 2, ebd: 3 * 2 exceeds 5; a: 3, ac: 2 * 5 exceeds 5; f: 6 exceeds 5
        (5, ["ebd", "ac", "f"]),
        # 6 does not exceed 6: ebda has 4 * 3; cf has 2 * 6
        (6, ["ebda", "cf"]),
        (1, ["eb", "d", "a", "c", "f"]),
        (100, ["ebdacf"]),
    ],
)
def test_a_batch_ends_with_the_sample_that_exceeds_the_number_of_elements(bins, expected):
    assert batches(bins) == expected


def test_padding_need_not_count():
    # e 1, eb 3, ebd 5, ebda 8 exceeds 6; c 5, cf 11 exceeds 6
    assert batches(6, padding=False) == ["ebda", "cf"]
    # e 1, eb 3, ebd 5 exceeds 4; a 3, ac 8 exceeds 4; f 6
    assert batches(4, padding=False) == ["ebd", "ac", "f"]


def test_the_elements_of_all_arrays_are_added_up_with_all_their_axes():
    first = {"a": [1, 10], "b": [2, 10], "c": [3, 10]}
    second = {"a": [7], "b": [4], "c": [1]}
    # a: 10 + 7, ab: 2 * 2 * 10 + 2 * 7 = 54, abc: 3 * 3 * 10 + 3 * 7 = 111
    assert batches(53, (first, second)) == ["ab", "c"]
    assert batches(54, (first, second)) == ["abc"]
    # a: 10 + 7, ab: 30 + 11
    assert batches(40, (first, second), padding=False) == ["ab", "c"]
    assert batches(41, (first, second), padding=False) == ["abc"]


def test_batches_and_their_samples_are_sorted_as_asked_for():
    assert batches(5, sort_in_batch="descending") == ["dbe", "ca", "f"]
    assert batches(5, sort_batch="descending") == ["f", "ac", "ebd"]
    assert auto_batch_to_same_samples_per_batch(5, [LENGTHS]) == [["d", "b", "e"], ["c", "a"], ["f"]]
    for wrong in ({"sort_in_batch": "random"}, {"sort_batch": ""}):
        with pytest.raises(ValueError, match="ascending or descending"):
            batches(5, **wrong)


def test_a_last_batch_that_is_too_small_is_spread_over_those_before():
    # of two each: eb 4, da 6, c f: the batches end when they exceed 3 and have 2; nothing is left
    assert batches(3, min_batch_size=2) == ["eb", "da", "cf"]
    shapes = {**LENGTHS, "g": [9]}
    assert batches(3, [shapes], min_batch_size=2) == ["eb", "da", "cfg"]
    assert batches(3, [{**shapes, "h": [10]}], min_batch_size=3) == ["ebda", "cfgh"]
    assert batches(100, min_batch_size=7) == ["ebdacf"]
    # eg 2, egb 6, egbd 8, egbda 15 exceeds 9; of c and f, which are two, there is one batch to spread them over
    assert batches(9, [{**LENGTHS, "g": [1]}], min_batch_size=3) == ["egbdacf"]


def test_the_rest_may_be_dropped_unless_it_is_all():
    assert batches(8, [{**LENGTHS, "g": [7]}]) == ["ebda", "cf", "g"]
    assert batches(8, [{**LENGTHS, "g": [7]}], drop_last=True) == ["ebda", "cf"]
    assert batches(8, [{**LENGTHS, "g": [9]}], drop_last=True) == ["ebda", "cf", "g"]
    assert batches(100, drop_last=True) == ["ebdacf"]


def test_arrays_of_different_samples_are_refused():
    with pytest.raises(UserValueError, match="the sample 'b', which is in utt2shapes.0."):
        batches(9, ({"a": [1], "b": [1]}, {"a": [1]}))
    with pytest.raises(UserValueError, match="the sample 'b', which is in utt2shapes.1."):
        batches(9, ({"a": [1]}, {"a": [1], "b": [1]}))
    for wrong in ([], [{}]):
        with pytest.raises(UserValueError, match="at least one sample"):
            batches(9, wrong)
    with pytest.raises(UserValueError, match="the shape of b"):
        batches(9, [{"a": [1], "b": [2, 3]}])


@pytest.mark.parametrize(
    ("loader_type", "text", "expected"),
    [
        ("text_int", "a 3 4\n\nb 5\n", {"a": [3, 4], "b": [5]}),
        ("text_float", "a 3 4.5\nb -1e2", {"a": [3.0, 4.5], "b": [-100.0]}),
        ("csv_int", "a 3,4\nb\t5, 6\r\n", {"a": [3, 4], "b": [5, 6]}),
        ("csv_float", "a 3.5,4\n", {"a": [3.5, 4.0]}),
    ],
)
def test_sequences_of_numbers_are_read(loader_type, text, expected, tmp_path):
    path = tmp_path / "shapes"
    path.write_bytes(text.encode())
    sequences = load_num_sequence_text(path, loader_type)
    assert sequences == expected
    assert [type(value) for value in sequences["a"]] == [type(value) for value in expected["a"]]


@pytest.mark.parametrize(("text", "line"), [("a 3\nb 4.5\n", 2), ("a\n", 1), ("a 3\n\na 4\n", 3), ("a 1;2\n", 1)])
def test_a_line_that_is_no_sequence_of_numbers_is_named(text, line, tmp_path):
    path = tmp_path / "shapes"
    path.write_text(text)
    with pytest.raises(UserValueError, match=f"shapes, line {line}"):
        load_num_sequence_text(path, "csv_int")
    with pytest.raises(UserValueError, match="loader_type"):
        load_num_sequence_text(path, "json")
    with pytest.raises(UserFileNotFoundError, match="missing"):
        load_num_sequence_text(tmp_path / "missing", "csv_int")


def test_batches_are_made_of_files_with_shapes(tmp_path):
    (tmp_path / "speech").write_text("a 100,80\nb 50,80\nc 200,80\n")
    (tmp_path / "text").write_text("c 9\nb 8\na 7\n")
    files = [tmp_path / "speech", str(tmp_path / "text")]
    # b has 50 times 80 and 8 elements, b with a twice 100 times 80 and twice 8: 16016
    assert list(NumElementsBatchSampler(16015, files)) == [["a", "b"], ["c"]]
    assert list(NumElementsBatchSampler(16016, files)) == [["c", "a", "b"]]
    sampler = NumElementsBatchSampler(1, str(tmp_path / "text"), sort_in_batch="ascending")
    assert (len(sampler), list(sampler)) == (3, [["a"], ["b"], ["c"]])
    (tmp_path / "other").write_text("a 1\nb 1\nd 1\n")
    with pytest.raises(UserValueError, match="the sample 'c', which is in .*speech"):
        NumElementsBatchSampler(16016, [tmp_path / "speech", tmp_path / "other"])
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(UserValueError, match="empty"):
        NumElementsBatchSampler(9, [tmp_path / "empty"])
    with pytest.raises(UserValueError, match="shape_files"):
        NumElementsBatchSampler(9, [])
