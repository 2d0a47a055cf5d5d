# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What counts for a reader of the objects: overlap of the masks, and the precision of masks and boxes as on COCO."""

from typing import Any, Dict

import numpy as np

from examples.segmentation.cocoscores import CocoScores
from tfaip import EvaluatorParams, Sample
from tfaip.evaluator.evaluator import EvaluatorBase


class SegmentationEvaluator(EvaluatorBase[EvaluatorParams]):
    """Sums up the confusion of the pixels, and hands the objects to the tools of COCO.

    Args:
        classes: The names of the classes, without the background.
    """

    def __init__(self, params: EvaluatorParams, classes: list[str], **kwargs: Any):
        super().__init__(params, **kwargs)
        self.classes = classes

    def __enter__(self) -> "SegmentationEvaluator":
        self.confusion = np.zeros((len(self.classes) + 1,) * 2, "int64")
        self.coco = CocoScores(self.classes)
        return self

    def update_state(self, sample: Sample) -> None:
        truth, outputs = sample.targets["mask"].astype("int64"), sample.outputs
        pairs = truth * len(self.confusion) + outputs["mask"]
        self.confusion += np.bincount(pairs.ravel(), minlength=self.confusion.size).reshape(self.confusion.shape)
        self.coco.add(sample)

    def result(self) -> Dict[str, float]:
        hit = np.diag(self.confusion)
        union = self.confusion.sum(axis=0) + self.confusion.sum(axis=1) - hit
        iou = np.divide(hit, union, out=np.zeros(len(hit)), where=union > 0)
        by_class = dict(zip(["background", *self.classes], iou.tolist(), strict=True))
        return {
            "mean_iou": float(iou.mean()),
            **{f"iou_{name}": value for name, value in by_class.items()},
            **self.coco.result(),
        }
