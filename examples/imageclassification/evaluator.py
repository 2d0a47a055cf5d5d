# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The accuracy of each class, so that a frequent class does not hide that a rare one is never found."""

from collections import Counter
from typing import Dict

from tfaip import EvaluatorParams, Sample
from tfaip.evaluator.evaluator import EvaluatorBase


class ICEvaluator(EvaluatorBase[EvaluatorParams]):
    """Counts right answers by class."""

    def __enter__(self) -> "ICEvaluator":
        self.right: Counter[str] = Counter()
        self.total: Counter[str] = Counter()
        return self

    def update_state(self, sample: Sample) -> None:
        truth = sample.meta["class"]
        self.total[truth] += 1
        self.right[truth] += sample.outputs["name"] == truth

    def result(self) -> Dict[str, float]:
        by_class = {name: self.right[name] / n for name, n in sorted(self.total.items())}
        mean = sum(by_class.values()) / len(by_class) if by_class else 0.0
        return {"mean_class_acc": mean, **{f"acc_{name}": value for name, value in by_class.items()}}
