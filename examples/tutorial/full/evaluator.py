# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A metric in plain Python, computed on the samples after post-processing."""

from typing import Dict

from tfaip import EvaluatorParams, Sample
from tfaip.evaluator.evaluator import EvaluatorBase


class TutorialEvaluator(EvaluatorBase[EvaluatorParams]):
    """Counts the right answers sample by sample."""

    def __enter__(self) -> "TutorialEvaluator":
        self.right = 0
        self.total = 0
        return self

    def update_state(self, sample: Sample) -> None:
        self.right += int(sample.outputs["class"] == sample.targets["gt"][0])
        self.total += 1

    def result(self) -> Dict[str, float]:
        return {"eval_acc": self.right / self.total if self.total else 0.0}
