# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How many characters of the texts were read wrongly, after the decoder of the post-processing."""

from typing import Dict

from examples.atr.alignment import edit_distance
from tfaip import EvaluatorParams, Sample
from tfaip.evaluator.evaluator import EvaluatorBase


class AtrEvaluator(EvaluatorBase[EvaluatorParams]):
    """Computes ``eval_cer``, the number of wrong characters by the number of characters, and ``line_errors``.

    ``line_errors`` is the share of lines with at least one wrong character.
    """

    def __enter__(self) -> "AtrEvaluator":
        self.errors = 0
        self.characters = 0
        self.wrong_lines = 0
        self.lines = 0
        return self

    def update_state(self, sample: Sample) -> None:
        text = sample.meta["text"]
        errors = edit_distance(sample.outputs["text"], text)
        self.errors += errors
        self.characters += len(text)
        self.wrong_lines += errors > 0
        self.lines += 1

    def result(self) -> Dict[str, float]:
        return {
            "eval_cer": self.errors / max(self.characters, 1),
            "line_errors": self.wrong_lines / max(self.lines, 1),
        }
