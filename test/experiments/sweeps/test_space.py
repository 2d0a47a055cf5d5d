# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The values that a parameter of a sweep can have, and their short notation."""

import random

import pytest

from tfaip.experiments.sweeps.notation import check_range, parse_space, whole
from tfaip.experiments.sweeps.space import Choices, Range, describe
from tfaip.util.errors import UserError


@pytest.mark.parametrize(
    ("text", "space"),
    [
        ("grid(1, 2, 3)", Choices((1, 2, 3))),
        (
            'choice(Adam, "a, b", pkg.module:Class, true, null)',
            Choices(("Adam", "a, b", "pkg.module:Class", True, None)),
        ),
        ("choice([1, 2], [3])", Choices(([1, 2], [3]))),
        ("loguniform(1e-4, 1e-1)", Range(1e-4, 1e-1, log=True)),
        (" uniform( 0, 1, step=0.25 )", Range(0, 1, step=0.25)),
        ("LogUniform(low=1, high=100, count=3)", Range(1, 100, log=True, count=3)),
    ],
)
def test_the_notation_is_read(text, space):
    assert parse_space(text) == space


@pytest.mark.parametrize(
    "text",
    [
        "griid(1, 2)",
        "5",
        "grid()",
        "grid(1, 1)",
        "uniform(1)",
        "uniform(1, 2, 3)",
        "uniform(a, 2)",
        "uniform(2, 1)",
        "uniform(0, .inf)",
        "loguniform(0, 1)",
        "loguniform(1, 2, step=1)",
        "uniform(0, 1, step=0)",
        "uniform(0, 1, count=0)",
        "grid(1, [2)",
        "uniform(1, 2, low=3)",
    ],
)
def test_what_is_no_space_is_told(text):
    with pytest.raises(UserError):
        parse_space(text)


def test_a_misspelt_name_is_recognised():
    with pytest.raises(UserError, match="loguniform"):
        parse_space("loguniforn(1, 2)")


@pytest.mark.parametrize(
    ("space", "points"),
    [
        (Range(0.1, 0.35, step=0.1), [0.1, 0.2, 0.3]),
        (Range(1, 4, is_int=True), [1, 2, 3, 4]),
        (Range(16, 64, step=16, is_int=True), [16, 32, 48, 64]),
        (Range(1e-4, 1e-1, log=True, count=4), [1e-4, 1e-3, 1e-2, 1e-1]),
        (Range(1, 3, count=5, is_int=True), [1, 2, 3]),
        (Range(5, 9, count=1), [5.0]),
        (Range(0.0, 1.0), None),
        (Choices(("a", None)), ["a", None]),
    ],
)
def test_all_values_of_a_grid_are_listed(space, points):
    assert space.points() == points


@pytest.mark.parametrize(
    "space",
    [
        Range(0.1, 0.35, step=0.1),
        Range(1, 4, is_int=True),
        Range(1, 1000, log=True, is_int=True),
        Range(1e-4, 1e-1, log=True),
        Range(-1.0, 1.0),
        Range(1e-4, 1e-1, log=True, count=4),
    ],
)
def test_what_is_chosen_by_chance_lies_in_the_range(space):
    rng = random.Random(0)
    values = [space.sample(rng) for _ in range(300)]
    assert all(space.low <= value <= space.last + 1e-9 for value in values)
    assert all(isinstance(value, int) is space.is_int for value in values)
    points = space.points()
    if points is not None:
        assert set(values) == set(points)


def test_a_logarithmic_range_has_as_many_small_numbers_as_large_ones():
    rng = random.Random(0)
    values = [Range(1e-4, 1.0, log=True).sample(rng) for _ in range(2000)]
    assert 0.4 < sum(value < 1e-2 for value in values) / 2000 < 0.6


def test_a_range_of_a_whole_number_has_whole_ends():
    assert whole(Range(2.0, 8.0, step=2.0)) == Range(2, 8, step=2, is_int=True)
    with pytest.raises(UserError, match=r"low 0\.5"):
        whole(Range(0.5, 8))


@pytest.mark.parametrize("text", ["choice(a, b)", "loguniform(0.1, 1)", "uniform(0, 1, step=0.25)"])
def test_the_description_of_a_space_can_be_read_again(text):
    assert describe(parse_space(text)) == text
    assert check_range(Range(1, 1)) == Range(1, 1)
