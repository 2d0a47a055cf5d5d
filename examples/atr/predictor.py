# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading lines with one or with several models."""

from collections.abc import Callable
from typing import Any

from examples.atr.voter import SequenceVoter
from tfaip import DataBaseParams, PredictorParams, Sample
from tfaip.predict.multimodelpredictor import MultiModelPredictor
from tfaip.predict.predictor import Predictor


def print_line(sample: Sample, print_fn: Callable[[str], Any]) -> None:
    """Print the file, how sure the network is, and the text."""
    name = sample.meta.get("path", "line") if isinstance(sample.meta, dict) else "line"
    print_fn(f"{name} ({sample.outputs['confidence']:.3f}): {sample.outputs['text']}")


class AtrPredictor(Predictor[PredictorParams]):
    """Prints what a reader wants to see."""

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        print_line(sample, print_fn)


class AtrMultiModelPredictor(MultiModelPredictor[PredictorParams]):
    """Reads with several models: ``tfaip-predict --export_dir A/best B/best ...``."""

    def create_voter(self, data_params: DataBaseParams) -> SequenceVoter:
        return SequenceVoter()

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        print_line(sample, print_fn)
