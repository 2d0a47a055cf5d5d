# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Images come from the first source that has them, are divided the same way everywhere, and become squares."""

import pickle

import numpy as np
import pytest
from PIL import Image

from examples.imageclassification.data.load import read_square
from examples.imageclassification.data.params import (
    AugmentProcessorParams,
    ClassNameProcessorParams,
    ICDataParams,
    ICGeneratorParams,
    LoadImageProcessorParams,
)
from tfaip import PipelineMode, Sample
from tfaip.util.errors import UserFileNotFoundError, UserValueError


def data_params():
    return ICDataParams(classes=["bars", "columns", "spots"], image_size=24)


def processor(params, mode=PipelineMode.TRAINING, seed=0):
    created = params.create(data_params(), mode)
    created.seed_rng(seed)
    return created


class TestGenerator:
    def test_training_shuffles_and_evaluation_reads_its_part_in_order(self, image_folder):
        train = ICGeneratorParams(folder=str(image_folder)).create(PipelineMode.TRAINING)
        val = ICGeneratorParams(folder=str(image_folder)).create(PipelineMode.EVALUATION)
        train_paths = [sample.inputs for sample in train.generate()]
        val_paths = [sample.inputs for sample in val.generate()]
        assert sorted(train_paths) == sorted(train.images.paths) != train_paths
        assert val_paths == val.images.paths
        assert not set(train_paths) & set(val_paths)

    def test_samples_carry_path_and_class(self, image_folder):
        sample = next(iter(ICGeneratorParams(folder=str(image_folder)).create(PipelineMode.EVALUATION).generate()))
        assert sample.targets == "bars"
        assert sample.meta == {"path": sample.inputs, "class": "bars"}


class TestLoad:
    def test_any_size_is_fitted_into_the_middle_of_a_white_square(self, tmp_path):
        Image.new("RGB", (40, 20), (10, 20, 30)).save(tmp_path / "wide.png")
        pixels = read_square(str(tmp_path / "wide.png"), 24)
        assert pixels.shape == (24, 24, 3)
        assert pixels[12, 12].tolist() == [10, 20, 30]
        assert pixels[2, 12].tolist() == pixels[21, 12].tolist() == [255, 255, 255]

    def test_what_is_transparent_becomes_white(self, tmp_path):
        Image.new("RGBA", (9, 9), (10, 20, 30, 0)).save(tmp_path / "glass.png")
        assert (read_square(str(tmp_path / "glass.png"), 24) == 255).all()

    def test_classes_get_the_number_that_the_model_knows(self, image_folder):
        path = next(iter((image_folder / "spots").iterdir()))
        sample = processor(LoadImageProcessorParams()).apply(Sample(inputs=str(path), targets="spots"))
        assert sample.targets["gt"].tolist() == [2]
        assert sample.inputs["img"].dtype == np.uint8

    def test_an_unknown_class_names_the_known_ones(self, image_folder):
        path = next(iter((image_folder / "spots").iterdir()))
        with pytest.raises(UserValueError, match=r"(?s)bars, columns, spots.*zebra"):
            processor(LoadImageProcessorParams()).apply(Sample(inputs=str(path), targets="zebra"))

    def test_a_broken_or_missing_file_is_named(self, tmp_path):
        (tmp_path / "broken.png").write_bytes(b"no image")
        with pytest.raises(UserValueError, match=r"broken\.png"):
            read_square(str(tmp_path / "broken.png"), 24)
        with pytest.raises(UserFileNotFoundError, match=r"gone\.png"):
            read_square(str(tmp_path / "gone.png"), 24)


class TestAugment:
    def image(self):
        pixels = np.full((24, 24, 3), 255, "uint8")
        pixels[8:16, 4:12] = (200, 30, 60)
        return Sample(inputs={"img": pixels}, targets={"gt": np.asarray([1])})

    def augment(self, **kwargs):
        return processor(AugmentProcessorParams(**kwargs))

    def test_without_changes_the_image_stays(self):
        nothing = {"flip": False, "rotate": 0, "zoom": 0, "brightness": 0}
        sample = self.augment(**nothing).apply(self.image())
        np.testing.assert_array_equal(sample.inputs["img"], self.image().inputs["img"])

    def test_images_change_from_time_to_time_but_not_their_class(self):
        augment = self.augment()
        samples = [augment.apply(self.image()) for _ in range(4)]
        assert len({sample.inputs["img"].tobytes() for sample in samples}) == 4
        assert all(sample.inputs["img"].shape == (24, 24, 3) for sample in samples)
        assert all(sample.targets["gt"].tolist() == [1] for sample in samples)

    def test_zoom_changes_the_size_about_the_centre(self):
        augment = self.augment(flip=False, rotate=0, zoom=0.5, brightness=0)
        for _ in range(5):
            dark = (augment.apply(self.image()).inputs["img"][..., 1] < 128).nonzero()
            assert 3 <= np.ptp(dark[0]) <= 12
            assert abs(dark[0].mean() - 11.5) < 1

    def test_only_the_training_is_changed_and_nothing_random_is_preloaded(self):
        assert AugmentProcessorParams().modes == {PipelineMode.TRAINING}
        assert not self.augment().supports_preload()

    def test_parameters_cross_a_process_border(self):
        assert pickle.loads(pickle.dumps(AugmentProcessorParams(zoom=0.1))).zoom == 0.1


def test_the_decoder_says_the_name_of_the_class():
    sample = Sample(outputs={"class": np.int64(1), "pred": np.eye(3)[1]})
    decoded = processor(ClassNameProcessorParams(), PipelineMode.PREDICTION).apply(sample)
    assert decoded.outputs["name"] == "columns"
    assert set(decoded.outputs) == {"class", "pred", "name"}
