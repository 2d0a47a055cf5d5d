# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction of digits with one or with several models."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tfaip import DataBaseParams, PredictorParams, Sample
from tfaip.predict.multimodelpredictor import MultiModelPredictor
from tfaip.predict.multimodelvoter import MultiModelVoter
from tfaip.predict.predictor import Predictor


def print_digit(sample: Sample, print_fn: Callable[[str], Any]) -> None:
    """Print the file, the digit in it and how sure the network is."""
    digit = int(sample.outputs["class"])
    name = sample.meta.get("path", f"sample {sample.meta.get('index', '')}".rstrip())
    print_fn(f"{name}: {digit} (p = {sample.outputs['pred'][digit]:.3f})")


class TutorialPredictor(Predictor[PredictorParams]):
    """Prints what a reader wants to see."""

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        print_digit(sample, print_fn)


class TutorialVoter(MultiModelVoter):
    """Lets the models vote by the mean of their probabilities."""

    def vote(self, sample: Sample) -> Sample:
        pred = np.mean([outputs["pred"] for outputs in sample.outputs], axis=0)
        return sample.new_outputs({"pred": pred, "class": np.argmax(pred)})


class TutorialMultiModelPredictor(MultiModelPredictor[PredictorParams]):
    """Predicts with several models: ``tfaip-predict --export_dir A/best B/best ...``."""

    def create_voter(self, data_params: DataBaseParams) -> TutorialVoter:
        return TutorialVoter()

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        print_digit(sample, print_fn)
