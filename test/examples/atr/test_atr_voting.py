# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Texts are aligned with the fewest changes, and several models vote at each place of a line."""

import numpy as np
import pytest

from examples.atr.alignment import align, edit_distance
from examples.atr.baseline import constant_answers, error_rate
from examples.atr.evaluator import AtrEvaluator
from examples.atr.voter import SequenceVoter
from examples.datasets.pillow import write_image
from tfaip import EvaluatorParams, Sample


def read(text, *confidences):
    return {"text": text, "char_confidences": np.asarray(confidences or [0.8] * len(text), "float32")}


def vote(*outputs):
    return SequenceVoter().vote(Sample(outputs=list(outputs), meta=[{} for _ in outputs])).outputs


class TestAlignment:
    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("abc", "abc", 0), ("ab", "ba", 2)],
    )
    def test_distance(self, first, second, expected):
        assert edit_distance(first, second) == expected

    def test_pairs_tell_what_belongs_together(self):
        changes, pairs = align("abcde", "acdxe", lambda a, b: a == b)
        assert changes == 2
        assert pairs == [(0, 0), (1, None), (2, 1), (3, 2), (None, 3), (4, 4)]

    def test_a_random_alignment_has_the_length_of_both(self):
        rng = np.random.default_rng(1)
        for _ in range(20):
            first, second = (rng.integers(0, 3, rng.integers(0, 9)).tolist() for _ in range(2))
            changes, pairs = align(first, second, lambda a, b: a == b)
            assert [i for i, _ in pairs if i is not None] == list(range(len(first)))
            assert [j for _, j in pairs if j is not None] == list(range(len(second)))
            assert changes == sum(i is None or j is None or first[i] != second[j] for i, j in pairs)


class TestVoter:
    def test_one_voice_or_equal_texts_are_taken_as_they_are(self):
        assert vote(read("text"))["text"] == vote(read("text"), read("text"))["text"] == "text"

    def test_the_majority_decides_at_each_place(self):
        voted = vote(read("a cat sat"), read("a bat sat"), read("a cat sag"))
        assert voted["text"] == "a cat sat"
        assert voted["texts"] == ["a cat sat", "a bat sat", "a cat sag"]

    def test_the_surer_of_two_decides(self):
        assert vote(read("cat", 0.9, 0.9, 0.4), read("car", 0.9, 0.9, 0.6))["text"] == "car"

    def test_texts_may_have_different_lengths(self):
        assert vote(read("to be"), read("to bee"), read("tobe"))["text"] == "to be"
        assert vote(read("ct"), read("cat"), read("cat"))["text"] == "cat"

    def test_a_character_that_one_model_is_unsure_of_is_left_out(self):
        assert vote(read("cat", 0.9, 0.9, 0.3), read("ca", 0.9, 0.9))["text"] == "ca"
        assert vote(read("cat", 0.9, 0.9, 0.8), read("ca", 0.9, 0.9))["text"] == "cat"

    def test_empty_texts(self):
        voted = vote(read(""), read(""))
        assert (voted["text"], voted["confidence"]) == ("", 1.0)

    def test_confidences_are_those_of_the_vote(self):
        voted = vote(read("ab", 1.0, 0.8), read("ac", 1.0, 0.4))
        np.testing.assert_allclose(voted["char_confidences"], [1.0, 0.4])
        assert voted["confidence"] == pytest.approx(0.7)


class TestEvaluator:
    def test_wrong_characters_by_characters(self):
        with AtrEvaluator(EvaluatorParams()) as evaluator:
            for text, was_read in (("abcd", "abxd"), ("abcdef", "abcdef")):
                evaluator.update_state(Sample(outputs={"text": was_read}, meta={"text": text}))
            assert evaluator.result() == {"eval_cer": 0.1, "line_errors": 0.5}

    def test_it_begins_anew(self):
        evaluator = AtrEvaluator(EvaluatorParams())
        for _ in range(2):
            with evaluator:
                evaluator.update_state(Sample(outputs={"text": "a"}, meta={"text": "b"}))
                assert evaluator.result()["eval_cer"] == 1.0

    def test_nothing_evaluated(self):
        with AtrEvaluator(EvaluatorParams()) as evaluator:
            assert evaluator.result() == {"eval_cer": 0.0, "line_errors": 0.0}


def test_the_baseline_repeats_the_most_frequent_character_over_the_width(tmp_path):
    paths = [str(tmp_path / f"{name}.png") for name in "ab"]
    for path, width, text in zip(paths, (40, 80), ("eabe", "eeeecdef"), strict=True):
        write_image(path, np.zeros((10, width), "uint8"))
        (tmp_path / path.replace(".png", ".gt.txt")).write_text(text)
    answers = constant_answers(paths, paths)
    assert answers == ["eeee", "eeeeeeee"]
    assert error_rate(["eabe", "eeeecdef"], answers) == pytest.approx(5 / 12)
