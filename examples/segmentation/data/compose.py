# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Draws scenes; it runs in worker processes, so it does without TensorFlow."""

from typing import Any

import numpy as np

from examples.datasets.pillow import pillow_image, read_image
from examples.imageclassification.data.load import number_of, read_square
from examples.segmentation.data.params import ComposeProcessorParams, SegmentationDataParams
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor

_TRIES = 20
_OPAQUE = 128
_SMALLEST_CROP = 0.4


class ComposeProcessor(MappingDataProcessor[ComposeProcessorParams]):
    """Makes a scene with masks of a recipe, or reads the image file of a prediction."""

    def apply(self, sample: Sample) -> Sample:
        data_params: SegmentationDataParams = self.data_params
        if isinstance(sample.inputs, str):
            return sample.new_inputs({"img": read_square(sample.inputs, data_params.image_size)})
        image, mask, instances = self._draw(sample.inputs, data_params)
        sample = sample.new_inputs({"img": image})
        if sample.targets is None:
            return sample
        return sample.new_targets({"mask": mask, "instances": instances})

    def _draw(self, recipe: dict[str, Any], data_params: SegmentationDataParams) -> tuple[np.ndarray, ...]:
        rng, side = np.random.default_rng(recipe["seed"]), data_params.image_size
        scene = _background(recipe["background"], side, rng)
        mask, instances = np.zeros((2, side, side), "uint8")
        for path, name in recipe["objects"]:
            cutout = self._cutout(path, side, rng)
            opaque = np.asarray(cutout.getchannel("A")) >= _OPAQUE
            place = _free_place(instances, opaque.shape, rng)
            if place is None or not opaque.any():
                continue
            x, y = place
            scene.paste(cutout, place, mask=cutout)
            region = (slice(y, y + opaque.shape[0]), slice(x, x + opaque.shape[1]))
            mask[region][opaque] = number_of(name, data_params.classes) + 1
            instances[region][opaque] = instances.max() + 1
        return np.asarray(scene), mask, instances

    def _cutout(self, path: str, side: int, rng: np.random.Generator) -> Any:
        image_module = pillow_image()
        image = read_image(path, "RGBA")
        image = image.crop(image.getchannel("A").getbbox())
        if rng.random() < 0.5:
            image = image.transpose(image_module.Transpose.FLIP_LEFT_RIGHT)
        image = image.rotate(
            rng.uniform(-self.params.rotate, self.params.rotate), image_module.Resampling.BILINEAR, expand=True
        )
        image = image.crop(image.getchannel("A").getbbox())
        scale = side * rng.uniform(self.params.smallest, self.params.largest) / max(image.size)
        size = [max(1, round(scale * length)) for length in image.size]
        image = image.resize(size, image_module.Resampling.BILINEAR)
        return _brightened(image, rng.uniform(0.75, 1.25))


def _background(path: str, side: int, rng: np.random.Generator) -> Any:
    """Return a random part of a photograph, mirrored, and darker or brighter than it was."""
    image_module = pillow_image()
    image = read_image(path, "RGB")
    length = int(min(image.size) * rng.uniform(_SMALLEST_CROP, 1))
    x, y = (int(rng.integers(0, full - length + 1)) for full in image.size)
    image = image.crop((x, y, x + length, y + length)).resize((side, side), image_module.Resampling.BILINEAR)
    if rng.random() < 0.5:
        image = image.transpose(image_module.Transpose.FLIP_LEFT_RIGHT)
    tint = rng.uniform(0.7, 1.2) * rng.uniform(0.9, 1.1, size=3)
    return image_module.fromarray(np.clip(np.asarray(image) * tint, 0, 255).astype("uint8"))


def _brightened(image: Any, factor: float) -> Any:
    pixels = np.asarray(image).astype("float32")
    pixels[..., :3] *= factor
    return pillow_image().fromarray(np.clip(pixels, 0, 255).astype("uint8"), "RGBA")


def _free_place(instances: np.ndarray, shape: tuple[int, int], rng: np.random.Generator) -> tuple[int, int] | None:
    """Return left and top of a place where there is no object yet, with a pixel to spare around it; None if none."""
    side = len(instances)
    if max(shape) > side:
        return None
    for _ in range(_TRIES):
        y, x = (int(rng.integers(0, side - length + 1)) for length in shape)
        around = instances[max(0, y - 2) : y + shape[0] + 2, max(0, x - 2) : x + shape[1] + 2]
        if not around.any():
            return x, y
    return None
