# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the answers are worth, beyond the share of right ones."""

from typing import Dict

from tfaip import EvaluatorParams, Sample
from tfaip.evaluator.evaluator import EvaluatorBase


class SentencePairEvaluator(EvaluatorBase[EvaluatorParams]):
    """Counts the answers: precision, recall and F1 of "they mean the same", as the corpus is usually reported."""

    def __enter__(self) -> "SentencePairEvaluator":
        self.counts = {(target, said): 0 for target in (0, 1) for said in (0, 1)}
        return self

    def update_state(self, sample: Sample) -> None:
        self.counts[int(sample.targets["gt"][0]), int(sample.outputs["class"][0])] += 1

    def result(self) -> Dict[str, float]:
        hits = self.counts[1, 1]
        said, there = hits + self.counts[0, 1], hits + self.counts[1, 0]
        return {
            "precision": hits / said if said else 0.0,
            "recall": hits / there if there else 0.0,
            "f1": 2 * hits / (said + there) if said + there else 0.0,
        }
