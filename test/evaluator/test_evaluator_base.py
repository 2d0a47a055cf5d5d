# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The base class of evaluators."""

from dataclasses import dataclass

import pytest
from paiargparse import pai_dataclass

from tfaip.evaluator.evaluator import EvaluatorBase
from tfaip.evaluator.params import EvaluatorParams
from tfaip.util.errors import UserError


@pai_dataclass
@dataclass
class CountParams(EvaluatorParams):
    start: int = 3


class Count(EvaluatorBase[CountParams]):
    def __enter__(self):
        self.n = self.params.start

    def update_state(self, sample):
        self.n += 1

    def result(self):
        return {"n": self.n}


def test_a_subclass_knows_the_class_of_its_parameters():
    assert Count.params_cls() is CountParams
    assert Count.default_params() == CountParams()
    assert EvaluatorBase.params_cls() is EvaluatorParams


def test_entering_clears_the_state():
    evaluator = Count(CountParams(start=1))
    for _ in range(2):
        with evaluator:
            evaluator.update_state(None)
            assert evaluator.result() == {"n": 2}


def test_the_base_class_evaluates_nothing():
    with EvaluatorBase(EvaluatorParams()) as evaluator:
        evaluator.update_state(None)
        assert evaluator.result() == {}


def test_unknown_arguments_are_refused():
    with pytest.raises(AssertionError, match="codec"):
        EvaluatorBase(EvaluatorParams(), codec=1)


def test_the_old_name_of_the_base_class_names_the_new_one():
    with pytest.raises(UserError, match="EvaluatorBase"):
        from tfaip.evaluator.evaluator import Evaluator  # noqa: F401
