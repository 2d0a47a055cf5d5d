# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Scenes are what their recipes say, always the same in an evaluation, and objects are found again in masks."""

import numpy as np
import pytest

from examples.datasets.cutouts import load_backgrounds, load_cutouts
from examples.segmentation.data.components import connected_components
from examples.segmentation.data.objects import box_of
from examples.segmentation.data.params import (
    ComposeProcessorParams,
    FindObjectsProcessorParams,
    SceneGeneratorParams,
    SegmentationDataParams,
)
from examples.segmentation.pictures import COLOURS, draw_boxes, painted
from tfaip import PipelineMode, Sample
from tfaip.util.errors import UserFileNotFoundError, UserValueError

SIDE = 64


def data_params():
    return SegmentationDataParams(classes=["ball", "block"], image_size=SIDE)


def generator(scenery, mode, **kwargs):
    folders = {"cutouts": str(scenery / "cutouts"), "backgrounds": str(scenery / "backgrounds")}
    return SceneGeneratorParams(n_train=6, n_eval=5, **folders, **kwargs).create(mode)


def scenes(scenery, mode=PipelineMode.EVALUATION, **kwargs):
    compose = ComposeProcessorParams().create(data_params(), mode)
    return [compose.apply(sample) for sample in generator(scenery, mode, **kwargs).generate()]


class TestSources:
    def test_backgrounds_of_one_part_are_in_no_other_one(self, scenery):
        parts = [load_backgrounds(part, str(scenery / "backgrounds")) for part in ("train", "val", "test")]
        assert sum(map(len, parts)) == len({path for part in parts for path in part}) == 6
        with pytest.raises(UserFileNotFoundError, match="at least 3"):
            load_backgrounds("train", str(scenery / "nowhere"))

    def test_an_explicit_folder_is_the_only_source_of_cutouts(self, scenery, monkeypatch):
        monkeypatch.setenv("TFAIP_CUTOUTS_DIR", str(scenery / "cutouts"))
        assert load_cutouts("train").classes == ["ball", "block"]
        monkeypatch.setenv("TFAIP_CUTOUTS_DIR", str(scenery / "nowhere"))
        with pytest.raises(UserFileNotFoundError, match="nowhere"):
            load_cutouts("train")


class TestScenes:
    def test_a_scene_shows_its_objects_in_their_colours(self, scenery):
        colours = {1: (220, 40, 40), 2: (40, 60, 230)}
        for sample in scenes(scenery):
            image, mask, instances = sample.inputs["img"], sample.targets["mask"], sample.targets["instances"]
            assert image.shape == (SIDE, SIDE, 3)
            assert ((mask > 0) == (instances > 0)).all()
            assert instances.max() >= 1
            for i in range(1, instances.max() + 1):
                labels = set(mask[instances == i].tolist())
                assert len(labels) == 1
                mean = image[instances == i].mean(axis=0)
                assert np.argmax(mean) == np.argmax(colours[labels.pop()])

    def test_objects_do_not_touch(self, scenery):
        for sample in scenes(scenery, max_objects=6):
            instances = sample.targets["instances"]
            assert connected_components(instances > 0)[1] == instances.max()

    def test_an_evaluation_always_has_the_same_scenes_and_a_training_new_ones(self, scenery):
        first, second = scenes(scenery), scenes(scenery)
        assert len(first) == 5
        for a, b in zip(first, second, strict=True):
            np.testing.assert_array_equal(a.inputs["img"], b.inputs["img"])
        training = generator(scenery, PipelineMode.TRAINING)
        assert len(training) == 6
        assert [s.inputs["seed"] for s in training.generate()] != [s.inputs["seed"] for s in training.generate()]

    def test_an_unknown_class_names_the_known_ones(self, scenery):
        compose = ComposeProcessorParams().create(SegmentationDataParams(classes=["cat"]), PipelineMode.EVALUATION)
        with pytest.raises(UserValueError, match=r"(?s)expected: cat"):
            compose.apply(next(iter(generator(scenery, PipelineMode.EVALUATION).generate())))

    def test_image_files_are_read_for_a_prediction(self, scenery):
        compose = ComposeProcessorParams().create(data_params(), PipelineMode.PREDICTION)
        sample = compose.apply(Sample(inputs=str(scenery / "backgrounds" / "0.png")))
        assert sample.inputs["img"].shape == (SIDE, SIDE, 3)
        assert sample.targets is None


class TestComponents:
    def test_parts_are_numbered_from_above(self):
        mask = np.asarray([[1, 0, 1, 1], [1, 0, 0, 0], [0, 1, 0, 1]], bool)
        components, n = connected_components(mask)
        assert n == 4
        assert components.tolist() == [[1, 0, 2, 2], [1, 0, 0, 0], [0, 3, 0, 4]]

    def test_branches_that_meet_below_are_one_part(self):
        mask = np.asarray([[1, 0, 1, 0, 1], [1, 0, 1, 0, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]], bool)
        components, n = connected_components(mask)
        assert n == 2
        assert ((components == 1) == mask)[:4].all()

    def test_a_spiral_is_one_part_and_nothing_is_none(self):
        spiral = ["#######", "......#", "#####.#", "#...#.#", "#.###.#", "#.....#", "#######"]
        assert connected_components(np.asarray([[c == "#" for c in line] for line in spiral]))[1] == 1
        assert connected_components(np.zeros((3, 3), bool))[1] == 0


class TestObjects:
    def found(self, label_map, probability=0.8):
        pred = np.full((*label_map.shape, 3), (1 - probability) / 2, "float32")
        np.put_along_axis(pred, label_map[..., np.newaxis], probability, axis=-1)
        find = FindObjectsProcessorParams(min_area=0.01).create(data_params(), PipelineMode.PREDICTION)
        return find.apply(Sample(outputs={"pred": pred, "class": label_map})).outputs

    def test_objects_have_box_name_and_score(self):
        labels = np.zeros((20, 30), "int64")
        labels[2:6, 3:10] = 1
        labels[12:19, 20:22] = 2
        outputs = self.found(labels)
        assert outputs["boxes"].tolist() == [[3, 2, 7, 4], [20, 12, 2, 7]]
        assert outputs["names"] == ["ball", "block"]
        assert outputs["scores"] == pytest.approx([0.8, 0.8])
        np.testing.assert_array_equal(outputs["mask"], labels)
        assert outputs["instances"].max() == 2

    def test_all_pixels_of_an_object_get_its_class_and_specks_are_left_out(self):
        labels = np.zeros((20, 30), "int64")
        labels[2:6, 3:10] = 1
        labels[2:4, 3:5] = 2
        labels[15, 15] = 2
        outputs = self.found(labels)
        assert outputs["names"] == ["ball"]
        assert set(outputs["mask"][2:6, 3:10].ravel().tolist()) == {1}
        assert outputs["mask"][15, 15] == 0

    def test_nothing_is_found_in_an_empty_picture(self):
        outputs = self.found(np.zeros((20, 30), "int64"))
        assert outputs["boxes"].shape == (0, 4)
        assert outputs["names"] == outputs["scores"] == []

    def test_a_box_is_the_smallest_one(self):
        pixels = np.zeros((9, 9), bool)
        pixels[2, 3] = pixels[5, 7] = True
        assert box_of(pixels) == (3, 2, 5, 4)


class TestPictures:
    def test_classes_are_painted_and_the_background_stays(self):
        image = np.full((4, 4, 3), 100, "uint8")
        mask = np.zeros((4, 4), "uint8")
        mask[1, 1], mask[2, 2] = 1, len(COLOURS)
        picture = painted(image, mask)
        assert picture[0, 0].tolist() == [100, 100, 100]
        np.testing.assert_array_equal(picture[1, 1], picture[2, 2])
        assert picture[1, 1, 0] > 150

    def test_boxes_are_drawn_on_an_enlarged_picture(self):
        picture = draw_boxes(np.zeros((40, 40, 3), "uint8"), np.asarray([[4, 6, 20, 30]]), ["ball"], [0.5])
        assert picture.shape == (80, 80, 3)
        assert picture[12, 8:48].min() == 255
