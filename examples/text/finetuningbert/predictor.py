# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What ``tfaip-predict`` prints."""

from collections.abc import Callable
from typing import Any

from examples.text.finetuningbert.model import answer
from tfaip import PredictorParams, Sample
from tfaip.predict.predictor import Predictor


class SentencePairPredictor(Predictor[PredictorParams]):
    """Prints the answer and the two sentences."""

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        print_fn(f"{answer(sample)}\n  {sample.meta['first']}\n  {sample.meta['second']}")
