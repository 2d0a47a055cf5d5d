# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The processors before the model."""

import functools
from dataclasses import dataclass, field

import numpy as np
from paiargparse import pai_dataclass, pai_meta

from tfaip import PipelineMode, Sample
from tfaip.data.pipeline.definitions import INPUT_PROCESSOR
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor, T
from tfaip.util.multiprocessing.parallelmap import parallel_map, tqdm_wrapper


@pai_dataclass
@dataclass
class CheckLineParams(DataProcessorParams):
    line_height: int = field(default=-1, metadata=pai_meta(mode="ignore"))

    @staticmethod
    def cls():
        return CheckLine


class CheckLine(MappingDataProcessor[CheckLineParams]):
    def __init__(self, params, data_params, mode):
        super().__init__(params, data_params, mode)
        self.params.line_height = data_params.line_height

    def apply(self, sample: Sample) -> Sample:
        if sample.inputs is None or sample.inputs.shape[0] != self.params.line_height:
            return sample.new_invalid()
        return sample


class TextProcessor(MappingDataProcessor[T]):
    """What is done to texts, be they outputs or targets."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.calls = 0

    def apply(self, sample: Sample) -> Sample:
        self.calls += 1
        if sample.targets is not None:
            sample = sample.new_targets(self.of_text(sample.targets))
        return sample

    def of_text(self, text: str) -> str:
        raise NotImplementedError


@pai_dataclass
@dataclass
class NormalizeTextParams(DataProcessorParams):
    @staticmethod
    def cls():
        return NormalizeText


class NormalizeText(TextProcessor[NormalizeTextParams]):
    def of_text(self, text):
        return text.strip().lower()


@pai_dataclass
@dataclass
class AugmentationParams(DataProcessorParams):
    n_augmentations: int = field(default=0, metadata=pai_meta(help="Noisy copies of each line"))

    @staticmethod
    def cls():
        return Augmentation


def add_noise(image: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).random(image.shape) < 0.05
    return np.where(noise, 255 - image, image).astype("uint8")


class Augmentation(MappingDataProcessor[AugmentationParams]):
    def supports_preload(self):
        return self.params.n_augmentations > 0

    def preload(self, samples, num_processes=1, drop_invalid=True, progress_bar=False):
        make = functools.partial(self.multiply, n=self.params.n_augmentations)
        made = parallel_map(
            make, list(samples), desc="Augmenting", processes=1, progress_bar=progress_bar, use_thread_pool=True
        )
        return [sample for group in tqdm_wrapper(made, progress_bar=progress_bar, total=len(made)) for sample in group]

    @staticmethod
    def multiply(sample: Sample, n: int):
        copies = [sample.new_inputs(add_noise(sample.inputs, seed)) for seed in range(n)]
        return [sample, *(copy.new_meta({**sample.meta, "augmented": True}) for copy in copies)]

    def apply(self, sample: Sample) -> Sample:
        if self.params.n_augmentations == 0:
            return sample
        noisy = sample.new_inputs(add_noise(sample.inputs, int(sample.meta["id"])))
        return noisy.new_meta({**sample.meta, "augmented": True})


@pai_dataclass
@dataclass
class PrepareSampleParams(DataProcessorParams):
    @staticmethod
    def cls():
        return PrepareSample


class PrepareSample(MappingDataProcessor[PrepareSampleParams]):
    """Turns a line to the layers of the network."""

    def apply(self, sample: Sample) -> Sample:
        if self.mode in INPUT_PROCESSOR:
            image = sample.inputs.transpose()[:, :, np.newaxis]
            sample = sample.new_inputs({"img": image, "img_len": np.array([len(image)], "int32")})
        if self.mode in {PipelineMode.TRAINING, PipelineMode.EVALUATION}:
            labels = self.data_params.codec.encode(sample.targets or "")
            if self.data_params.skip_invalid_gt and not labels:
                return sample.new_invalid()
            targets = {"gt": np.array(labels, "int32"), "gt_len": np.array([len(labels)], "int32")}
            sample = sample.new_targets({**targets, "fold_id": np.array([sample.meta["fold_id"]], "int32")})
        return sample
