# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From the probabilities of each pixel to objects, after the network."""

import numpy as np

from examples.segmentation.data.components import connected_components
from examples.segmentation.data.params import FindObjectsProcessorParams
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor


class FindObjectsProcessor(MappingDataProcessor[FindObjectsProcessorParams]):
    """What hangs together is one object, and all its pixels have the class that is most probable on their mean.

    Replaces the outputs by ``mask`` (class of each pixel), ``instances`` (object of each pixel), and for each object
    ``boxes`` (left, top, width, height), ``names`` and ``scores``.
    """

    def apply(self, sample: Sample) -> Sample:
        pred = sample.outputs["pred"]
        components, n = connected_components(np.argmax(pred, axis=-1) > 0)
        mask, instances = np.zeros((2, *components.shape), "uint8")
        boxes, names, scores = [], [], []
        for i in range(1, n + 1):
            pixels = components == i
            if pixels.sum() < self.params.min_area * pixels.size:
                continue
            mean = pred[pixels].mean(axis=0)
            label = int(np.argmax(mean[1:])) + 1
            mask[pixels] = label
            instances[pixels] = len(boxes) + 1
            boxes.append(box_of(pixels))
            names.append(self.data_params.classes[label - 1])
            scores.append(float(mean[label]))
        found = {"boxes": np.asarray(boxes, "int32").reshape(-1, 4), "names": names, "scores": scores}
        return sample.new_outputs({"mask": mask, "instances": instances, **found})


def box_of(pixels: np.ndarray) -> tuple[int, int, int, int]:
    """Return left, top, width and height of the smallest box around the true values of an array that has some."""
    ys, xs = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    return int(xs[0]), int(ys[0]), int(xs[-1] - xs[0] + 1), int(ys[-1] - ys[0] + 1)
