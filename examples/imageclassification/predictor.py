# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction of image files."""

from collections.abc import Callable
from typing import Any

from tfaip import PredictorParams, Sample
from tfaip.predict.predictor import Predictor


class ICPredictor(Predictor[PredictorParams]):
    """Prints what a reader wants to see."""

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        name, percent = sample.outputs["name"], 100 * sample.outputs["pred"].max()
        path = sample.meta["path"]
        print_fn(f"{path}: This image most likely belongs to {name} with a {percent:.2f} percent confidence.")
