# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scores of the COCO challenge, computed by its own tools (pycocotools)."""

import contextlib
import io
from typing import Any, Dict, List

import numpy as np

from examples.segmentation.data.objects import box_of
from tfaip import Sample
from tfaip.util.errors import UserError


class CocoScores:
    """Collects the objects of samples, true and found ones.

    Args:
        classes: The names of the classes, whose numbers begin with 1.
    """

    def __init__(self, classes: List[str]):
        self._mask_module = _pycocotools().mask
        self._classes = classes
        self._images: List[Dict[str, Any]] = []
        self._truth: List[Dict[str, Any]] = []
        self._found: List[Dict[str, Any]] = []

    def add(self, sample: Sample) -> None:
        """Take a post-processed sample into account."""
        image = len(self._images) + 1
        mask, instances = sample.targets["mask"], sample.targets["instances"]
        self._images.append({"id": image, "height": mask.shape[0], "width": mask.shape[1]})
        for i in range(1, int(instances.max()) + 1):
            pixels = instances == i
            entry = self._entry(image, int(mask[pixels][0]), pixels, box_of(pixels))
            self._truth.append({**entry, "id": len(self._truth) + 1, "area": int(pixels.sum()), "iscrowd": 0})
        outputs = sample.outputs
        for i, (box, name, score) in enumerate(zip(outputs["boxes"], outputs["names"], outputs["scores"], strict=True)):
            entry = self._entry(image, self._classes.index(name) + 1, outputs["instances"] == i + 1, box)
            self._found.append({**entry, "score": float(score)})

    def result(self) -> Dict[str, float]:
        """Return the mean average precision of boxes and masks, over overlaps from 0.5 to 0.95, and at 0.5."""
        result: Dict[str, float] = {}
        for kind, name in (("bbox", "box"), ("segm", "mask")):
            mean, at_half = self._average_precision(kind) if self._found and self._truth else (0.0, 0.0)
            result.update({f"{name}_map": mean, f"{name}_map50": at_half})
        return result

    def _entry(self, image: int, label: int, pixels: np.ndarray, box: Any) -> Dict[str, Any]:
        encoded = self._mask_module.encode(np.asfortranarray(pixels.astype("uint8")))
        return {"image_id": image, "category_id": label, "segmentation": encoded, "bbox": [float(x) for x in box]}

    def _average_precision(self, kind: str) -> tuple[float, float]:
        tools = _pycocotools()
        # the tools report on the standard output, which belongs to the results of tfaip-lav
        with contextlib.redirect_stdout(io.StringIO()):
            truth = tools.coco.COCO()
            categories = [{"id": i + 1, "name": name} for i, name in enumerate(self._classes)]
            truth.dataset = {"info": {}, "images": self._images, "annotations": self._truth, "categories": categories}
            truth.createIndex()
            scores = tools.cocoeval.COCOeval(truth, truth.loadRes(self._found), kind)
            scores.evaluate()
            scores.accumulate()
            scores.summarize()
        return float(scores.stats[0]), float(scores.stats[1])


def _pycocotools() -> Any:
    try:
        import pycocotools.coco
        import pycocotools.cocoeval
        import pycocotools.mask
    except ImportError as error:
        raise UserError(
            "The scores of objects need pycocotools.",
            hint="pip install 'tfaip[examples]' or pip install pycocotools",
        ) from error
    return pycocotools
