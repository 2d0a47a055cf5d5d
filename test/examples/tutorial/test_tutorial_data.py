# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The data of the tutorials: what the generators yield and what the processor makes of it."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from examples.tutorial.full.data.data import TutorialData
from examples.tutorial.full.data.image_files import read_digit, write_digit
from examples.tutorial.full.data.normalize import NormalizeProcessor
from examples.tutorial.full.data.params import (
    NormalizeProcessorParams,
    TutorialPredictionGeneratorParams,
    TutorialTrainingGeneratorParams,
)
from examples.tutorial.full.graphs.cnn import tile_channels
from examples.tutorial.min.params import TutorialDataGeneratorParams
from tfaip import PipelineMode, Sample
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError


def normalize(sample, mode=PipelineMode.TRAINING, **params):
    processor = NormalizeProcessor(NormalizeProcessorParams(**params), TutorialData.default_params(), mode)
    return processor.apply(sample)


@pytest.mark.parametrize("name", ["min", "full"])
def test_parameters_do_not_import_tensorflow(name):
    code = f"import sys, examples.tutorial.{name}.params as p; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestTrainingData:
    @pytest.mark.parametrize("params", [TutorialDataGeneratorParams(), TutorialTrainingGeneratorParams()])
    def test_training_images_come_in_a_new_order_each_epoch(self, params):
        generator = params.create(PipelineMode.TRAINING)
        assert len(generator) == 60000
        orders = [[id(sample) for sample in generator.generate()] for _ in range(2)]
        assert orders[0] != orders[1]
        assert sorted(orders[0]) == sorted(orders[1])

    @pytest.mark.parametrize("params", [TutorialDataGeneratorParams(), TutorialTrainingGeneratorParams()])
    def test_evaluation_reads_the_test_images_in_order(self, params):
        generator = params.create(PipelineMode.EVALUATION)
        samples = list(generator.generate())
        assert len(generator) == len(samples) == 10000
        targets = [
            sample.targets["gt"][0] if isinstance(sample.targets, dict) else sample.targets for sample in samples
        ]
        assert targets[:5] == [7, 2, 1, 0, 4]

    def test_force_train_and_shuffle(self):
        assert len(TutorialTrainingGeneratorParams(force_train=True).create(PipelineMode.EVALUATION)) == 60000
        generator = TutorialTrainingGeneratorParams(shuffle=False).create(PipelineMode.TRAINING)
        assert [sample.targets for sample in generator.generate()][:5] == [5, 0, 4, 1, 9]

    def test_an_unknown_data_set_is_refused(self):
        with pytest.raises(UserValueError, match="Did you mean fashion_mnist"):
            TutorialTrainingGeneratorParams(dataset="fashion").create(PipelineMode.TRAINING)


class TestNormalize:
    @pytest.mark.parametrize(("center", "expected"), [(False, (0, 1)), (True, (-1, 1))])
    def test_scales_the_bytes(self, center, expected):
        pixels = np.zeros((28, 28), "uint8")
        pixels[3, 4] = 255
        sample = normalize(Sample(inputs=pixels, targets=7), center=center)
        assert sample.inputs["img"].dtype == np.float32
        assert (sample.inputs["img"].min(), sample.inputs["img"].max()) == expected
        assert sample.targets["gt"].tolist() == [7]

    def test_reads_image_files(self, tmp_path):
        pixels = np.arange(28 * 28, dtype="uint32").reshape(28, 28).astype("uint8")
        write_digit(str(tmp_path / "a.png"), pixels)
        sample = normalize(Sample(inputs=str(tmp_path / "a.png")), PipelineMode.PREDICTION)
        np.testing.assert_array_equal(sample.inputs["img"], pixels.astype("float32") / 255)
        assert sample.targets is None

    def test_other_sizes_are_resized(self, tmp_path):
        write_digit(str(tmp_path / "a.png"), np.full((50, 40), 9, "uint8"))
        np.testing.assert_array_equal(read_digit(str(tmp_path / "a.png")), np.full((28, 28), 9))

    def test_a_broken_image_names_the_file(self, tmp_path):
        (tmp_path / "broken.png").write_bytes(b"no image")
        with pytest.raises(UserValueError, match=r"broken\.png"):
            normalize(Sample(inputs=str(tmp_path / "broken.png")), PipelineMode.PREDICTION)
        with pytest.raises(UserFileNotFoundError, match=r"gone\.png"):
            read_digit(str(tmp_path / "gone.png"))

    def test_without_pillow_the_message_says_what_to_install(self, monkeypatch, tmp_path):
        monkeypatch.setitem(sys.modules, "PIL", None)
        with pytest.raises(UserError, match=r"tfaip\[examples\]"):
            read_digit(str(tmp_path / "a.png"))

    def test_parameters_cross_a_process_border(self):
        assert pickle.loads(pickle.dumps(NormalizeProcessorParams(center=True))).center


class TestPredictionData:
    def test_patterns_are_expanded_in_order(self, tmp_path):
        for name in ("b.png", "a.png", "c[1].png"):
            (tmp_path / name).touch()
        params = TutorialPredictionGeneratorParams([f"{tmp_path}/c[1].png", f"{tmp_path}/?.png"])
        generator = params.create(PipelineMode.PREDICTION)
        samples = list(generator.generate())
        names = ["c[1].png", "a.png", "b.png"]
        assert [sample.inputs for sample in samples] == [f"{tmp_path}/{name}" for name in names]
        assert [sample.meta for sample in samples] == [{"path": sample.inputs} for sample in samples]
        assert len(generator) == 3

    def test_a_pattern_without_files_is_an_error(self, tmp_path):
        with pytest.raises(UserFileNotFoundError, match=r"image_files.*\n.*\*\.png"):
            TutorialPredictionGeneratorParams([f"{tmp_path}/*.png"]).create(PipelineMode.PREDICTION)


def test_channels_are_tiled_to_a_square():
    value = np.random.default_rng(0).random((2, 4, 5, 3)).astype("float32")
    tiled = tile_channels(value)
    assert tiled.shape == (2, 8, 10, 1)
    np.testing.assert_array_equal(tiled[:, :4, 5:, 0], value[..., 1])
    np.testing.assert_array_equal(tiled[:, 4:, :5, 0], value[..., 2])
    assert not tiled[:, 4:, 5:].any()
