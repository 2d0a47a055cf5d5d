# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Making lines look different each time."""

import numpy as np

from examples.atr.data.params import AugmentProcessorParams
from examples.datasets.pillow import pillow_image
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor


class AugmentProcessor(MappingDataProcessor[AugmentProcessorParams]):
    """Stretches, shifts, thickens and dirties some of the lines.

    ``self.rng`` is seeded for each sample of each epoch, so a run with a seed can be repeated and resumed.
    """

    def apply(self, sample: Sample) -> Sample:
        pixels = sample.inputs
        for change in (self._stretched, self._shifted, self._bolder, self._with_noise):
            if self.rng.random() < self.params.share:
                pixels = change(pixels)
        return sample.new_inputs(pixels)

    def _stretched(self, pixels: np.ndarray) -> np.ndarray:
        width, height = pixels.shape
        factor = 1 + self.rng.uniform(-self.params.stretch, self.params.stretch)
        image = pillow_image().fromarray(pixels).resize((height, max(1, round(width * factor))))
        return np.asarray(image)

    def _shifted(self, pixels: np.ndarray) -> np.ndarray:
        shift = int(self.rng.integers(-self.params.shift, self.params.shift + 1))
        shifted = np.zeros_like(pixels)
        shifted[:, max(shift, 0) : pixels.shape[1] + min(shift, 0)] = pixels[
            :, max(-shift, 0) : pixels.shape[1] + min(-shift, 0)
        ]
        return shifted

    def _bolder(self, pixels: np.ndarray) -> np.ndarray:
        """Raise or lower the middle tones, which makes strokes thicker or thinner."""
        exponent = self.rng.uniform(0.6, 1.6)
        return np.rint(255 * (pixels / 255) ** exponent).astype("uint8")

    def _with_noise(self, pixels: np.ndarray) -> np.ndarray:
        strength = 255 * self.rng.uniform(0, self.params.noise)
        return np.clip(pixels + self.rng.normal(0, strength, pixels.shape), 0, 255).astype("uint8")
