# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Pictures that show a sample."""

import os
from pathlib import Path

import numpy as np
import pytest

from test.tinyscenario.data import TinyData
from test.tinyscenario.params import TinyDataParams
from tfaip import Sample
from tfaip.data.samplepictures import default_pictures, to_pixels, write_pictures
from tfaip.util.errors import UserValueError


def read_png(path: Path) -> np.ndarray:
    import tensorflow as tf

    return tf.io.decode_png(path.read_bytes()).numpy()


def test_what_looks_like_a_picture_is_one() -> None:
    sample = Sample(
        inputs={
            "img": np.zeros((20, 30, 3), np.uint8),
            "grey": np.zeros((8, 9), np.uint8),
            "float": np.zeros((8, 9, 1), np.float32),
            "logits": np.zeros((20, 30), np.float32),
            "tokens": np.zeros((20, 30), np.int64),
            "small": np.zeros((5, 5, 3), np.uint8),
            "channels": np.zeros((20, 20, 7), np.uint8),
            "text": "a",
        },
        outputs={"mask": np.zeros((20, 20, 1), np.float32)},
        targets=np.zeros((20, 20, 1)),
    )
    assert list(default_pictures(sample)) == ["inputs_img", "inputs_grey", "inputs_float", "outputs_mask"]
    assert default_pictures(Sample()) == {}


def test_numbers_are_scaled_to_bytes() -> None:
    assert to_pixels(np.array([[0, 255]], np.uint8)).tolist() == [[[0], [255]]]
    assert to_pixels(np.array([[True, False]])).tolist() == [[[255], [0]]]
    assert to_pixels(np.array([[0.2, 0.6]])).tolist() == [[[51], [153]]]
    assert to_pixels(np.array([[-1.0, 0.0, 1.0]])).tolist() == [[[0], [128], [255]]]
    assert to_pixels(np.array([[5, 5]])).tolist() == [[[0], [0]]]
    assert to_pixels(np.array([[np.nan, np.inf, 1.0]])).tolist() == [[[0], [0], [255]]]


@pytest.mark.parametrize("array", [np.zeros(3), np.zeros((2, 2, 5)), np.zeros((0, 4)), np.array([["a"]]), "text"])
def test_what_is_no_picture_is_refused_by_its_name(tmp_path: Path, array: object) -> None:
    with pytest.raises(UserValueError, match=r"picture img[\s\S]*height x width"):
        write_pictures(str(tmp_path), {"img": array})


def test_pictures_are_written_under_safe_names(tmp_path: Path) -> None:
    pictures = {
        "../up/img": np.full((8, 9, 3), 7, np.uint8),
        ".._up_img": np.ones((8, 9), bool),
        "..": np.zeros((8, 9, 4)),
    }
    files = write_pictures(str(tmp_path), pictures)
    assert sorted(os.listdir(tmp_path)) == ["picture.png", "up_img.png", "up_img_2.png"]
    assert files["../up/img"] == "up_img.png"
    assert np.array_equal(read_png(tmp_path / "up_img.png"), pictures["../up/img"])
    assert np.array_equal(read_png(tmp_path / "up_img_2.png"), np.full((8, 9, 1), 255, np.uint8))
    assert read_png(tmp_path / "picture.png").shape == (8, 9, 4)


def test_the_data_of_a_scenario_say_which_pictures_show_a_sample() -> None:
    class PictureData(TinyData):
        def _sample_pictures(self, sample):
            return {"x": np.zeros((2, 2)), **super()._sample_pictures(sample)}

    sample = Sample(inputs={"img": np.zeros((9, 9, 3), np.uint8)})
    assert list(TinyData(TinyDataParams()).sample_pictures(sample)) == ["inputs_img"]
    assert list(PictureData(TinyDataParams()).sample_pictures(sample)) == ["x", "inputs_img"]
