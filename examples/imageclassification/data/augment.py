# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Changes the images of the training by chance; it runs in worker processes, so it does without TensorFlow."""

import numpy as np

from examples.datasets.pillow import pillow_image
from examples.imageclassification.data.load import WHITE
from examples.imageclassification.data.params import AugmentProcessorParams
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor


class AugmentProcessor(MappingDataProcessor[AugmentProcessorParams]):
    """Mirrors, turns, zooms and brightens, with the random numbers of the pipeline, so a seed gives the same images."""

    def supports_preload(self) -> bool:
        return False

    def apply(self, sample: Sample) -> Sample:
        return sample.new_inputs({**sample.inputs, "img": self._augmented(sample.inputs["img"])})

    def _augmented(self, pixels: np.ndarray) -> np.ndarray:
        image_module, params = pillow_image(), self.params
        if params.flip and self.rng.random() < 0.5:
            pixels = pixels[:, ::-1]
        angle = np.radians(self.rng.uniform(-params.rotate, params.rotate))
        scale = 1 + self.rng.uniform(-params.zoom, params.zoom)
        matrix = _turn_around_centre(pixels.shape[0], angle, scale)
        image = image_module.fromarray(np.ascontiguousarray(pixels))
        turned = image.transform(
            image.size, image_module.Transform.AFFINE, matrix, image_module.Resampling.BILINEAR, fillcolor=WHITE
        )
        contrast, shift = 1 + self.rng.uniform(-params.brightness, params.brightness, size=2)
        changed = (np.asarray(turned, dtype="float32") - 128) * contrast + 128 * shift
        return np.clip(changed, 0, 255).astype("uint8")


def _turn_around_centre(side: int, angle: float, scale: float) -> tuple[float, ...]:
    """Return the map from places in the new image to places in the old one, as Pillow wants it."""
    cos, sin, centre = np.cos(angle) / scale, np.sin(angle) / scale, (side - 1) / 2
    return (cos, sin, centre - centre * (cos + sin), -sin, cos, centre + centre * (sin - cos))
