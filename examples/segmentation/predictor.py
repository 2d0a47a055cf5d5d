# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction of image files."""

from collections.abc import Callable
from typing import Any

from examples.segmentation.model import zip_objects
from tfaip import PredictorParams, Sample
from tfaip.predict.predictor import Predictor


class SegmentationPredictor(Predictor[PredictorParams]):
    """Prints the objects of an image."""

    def _print_prediction(self, sample: Sample, print_fn: Callable[[str], Any]) -> None:
        boxes = sample.outputs["boxes"].tolist()
        found = [
            f"{name} {score:.2f} at {tuple(box)}" for (name, score), box in zip(zip_objects(sample), boxes, strict=True)
        ]
        print_fn(f"{sample.meta.get('path', 'scene')}: {'; '.join(found) or 'nothing found'}")
