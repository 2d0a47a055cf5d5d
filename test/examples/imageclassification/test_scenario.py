# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The image classification goes the whole way on small images: train, evaluate, predict, draw."""

import numpy as np
import pytest
from PIL import Image

from examples.datasets import efficientnet, stamps
from examples.datasets.imagefolders import read_image_folder
from examples.datasets.images import load_images
from examples.datasets.wheels import FetchError
from examples.imageclassification import overview
from examples.imageclassification.data.params import ICGeneratorParams
from examples.imageclassification.params import TransferModelParams
from examples.imageclassification.scenario import ICScenario, complete_params
from tfaip import LAVParams, PredictorParams
from tfaip.scripts import predict
from tfaip.scripts.train import parse_args
from tfaip.util.errors import UserFileNotFoundError
from tfaip.util.tfaipargparse import post_init


def trainer_params(folder, output_dir=None, epochs=6):
    params = ICScenario.default_trainer_params()
    params.gen.train_val.folder = str(folder)
    params.epochs = epochs
    params.output_dir = None if output_dir is None else str(output_dir)
    params.random_seed = 1
    params.progress_bar_mode = 0
    params.gen.setup.train.num_processes = params.gen.setup.val.num_processes = 1
    params.scenario.model.image_size = 32
    params.scenario.model.dense = [32]
    return params


@pytest.fixture(scope="module")
def trained(image_folder, tmp_path_factory):
    """The output directory of a short training and the logs of its last epoch."""
    output_dir = tmp_path_factory.mktemp("ic") / "model"
    params = trainer_params(image_folder, output_dir)
    params.scenario.model.conv_filters = [8, 16]
    params.lav_every_n = 6
    return output_dir, ICScenario.create_trainer(params).train()


def test_classes_and_sizes_follow_from_the_images_and_the_network(image_folder):
    params = trainer_params(image_folder)
    complete_params(params)
    post_init(params)
    assert params.scenario.data.classes == ["bars", "columns", "spots"]
    assert params.scenario.model.n_classes == 3
    assert params.scenario.data.image_size == 32


def test_flags_of_the_published_example_and_the_choice_of_the_network():
    line = "examples.imageclassification --model.conv_filters 30 50 --model.dense 200 9 --trainer.output_dir ic_model"
    _, params = parse_args(line.split())
    assert (params.scenario.model.conv_filters, params.scenario.model.dense) == ([30, 50], [200, 9])
    _, params = parse_args(["examples.imageclassification", "--model", "Transfer"])
    assert isinstance(params.scenario.model, TransferModelParams)
    assert params.scenario.data.image_size == 224


def test_a_short_training_beats_the_most_frequent_class(trained, image_folder):
    _, logs = trained
    baseline = read_image_folder(image_folder, "val").largest_class_share()
    assert baseline < 0.5
    assert logs["val_acc"] > baseline + 0.25
    assert logs["lav_l0_mean_class_acc"] > 1 / 3 + 0.25
    assert {f"lav_l0_acc_{name}" for name in ("bars", "columns", "spots")} <= logs.keys()


def test_images_never_seen_in_the_training_are_told_apart(trained, image_folder):
    lav_params = LAVParams(silent=True)
    lav_params.model_path = str(trained[0] / "best")
    lav_params.pipeline.num_processes = 1
    lav = ICScenario.create_lav(lav_params, ICScenario.params_from_path(lav_params.model_path))
    (result,) = lav.run([ICGeneratorParams(folder=str(image_folder), part="test")])
    assert result["acc"] > read_image_folder(image_folder, "test").largest_class_share() + 0.25


def test_the_exported_model_names_what_files_show(trained, image_folder):
    files = read_image_folder(image_folder, "test")
    predictor = ICScenario.create_predictor(str(trained[0] / "best"), PredictorParams(silent=True))
    samples = list(predictor.predict_raw(files.paths))
    right = [
        sample.outputs["name"] == files.classes[label] for sample, label in zip(samples, files.labels, strict=True)
    ]
    assert np.mean(right) > 0.6
    assert all(sample.outputs["pred"].sum() == pytest.approx(1, abs=1e-5) for sample in samples)


def test_results_of_the_program_are_drawn_on_a_sheet(trained, image_folder, tmp_path, capsys):
    args = ["--export_dir", str(trained[0] / "best"), "--output", str(tmp_path / "results")]
    args += ["--data", "examples.imageclassification.data.params:ICGeneratorParams", "--data.part", "test"]
    assert predict.main([*args, "--data.folder", str(image_folder), "--pipeline.num_processes", "1"]) == 0
    assert "most likely belongs to" in capsys.readouterr().out
    overview.main([str(tmp_path / "results"), str(tmp_path / "sheet.png")])
    n = len((tmp_path / "results" / "results.jsonl").read_text().splitlines())
    assert n == len(read_image_folder(image_folder, "test").paths)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == 6 * (overview.CELL + overview.MARGIN) + overview.MARGIN
        assert len(sheet.getcolors(2**20)) > 50


def test_a_sheet_tells_right_from_wrong_answers():
    outputs = {"name": "bars", "pred": [0.25, 0.75]}
    assert overview._caption({"outputs": outputs, "meta": {}}) == ("bars 75%", overview.UNKNOWN)
    assert overview._caption({"outputs": outputs, "meta": {"class": "bars"}}) == ("bars 75%", overview.RIGHT)
    assert overview._caption({"outputs": outputs, "meta": {"class": "spots"}})[1] == overview.WRONG


def test_without_results_there_is_a_message_and_no_sheet(tmp_path):
    with pytest.raises(UserFileNotFoundError, match=r"results\.jsonl"):
        overview.draw_overview(tmp_path, tmp_path / "sheet.png")
    assert not (tmp_path / "sheet.png").exists()


def test_a_frozen_backbone_stays_and_the_classifier_is_trained(image_folder):
    params = trainer_params(image_folder)
    params.scenario.model = TransferModelParams(image_size=32, pretrained=False)
    complete_params(params)
    post_init(params)
    scenario = ICScenario(params.scenario)
    scenario.setup_training_graph(params.no_train_scope)
    trained = [variable.path for variable in scenario.keras_train_model.trainable_variables]
    assert len(trained) == 2
    assert all("classifier/logits" in path for path in trained)


def test_pretrained_weights_are_a_warm_start_unless_the_user_names_another(image_folder, monkeypatch, tmp_path):
    monkeypatch.setattr(efficientnet, "efficientnet_weights", lambda: tmp_path / "imagenet.npz")
    params = trainer_params(image_folder)
    params.scenario.model = TransferModelParams()
    complete_params(params)
    assert (params.warmstart.model, params.warmstart.include) == (str(tmp_path / "imagenet.npz"), ".*backbone/.*")
    params = trainer_params(image_folder)
    params.scenario.model = TransferModelParams(frozen=False)
    params.warmstart.model = "models/mine"
    complete_params(params)
    assert (params.warmstart.model, params.warmstart.include) == ("models/mine", None)
    assert params.no_train_scope is None


@pytest.mark.slow
class TestOnRealImages:
    """What a reader may expect, on less than the README's command does."""

    def test_textures_are_told_apart_from_scratch(self):
        params = trainer_params("", epochs=8)
        params.gen.train_val.dataset = "textures"
        params.scenario.model.image_size = 48
        params.learning_rate.lr = 0.003
        logs = ICScenario.create_trainer(params).train()
        assert logs["val_acc"] > 1 / 3 + 0.3

    def test_a_pretrained_backbone_tells_photographs_apart(self):
        try:
            stamps.stamps_folder()
        except FetchError as error:
            pytest.skip(f"Debian's package of photographs cannot be had: {error}")
        params = trainer_params("", epochs=3)
        params.gen.train_val.dataset = "stamps"
        params.scenario.model = TransferModelParams(image_size=96)
        params.learning_rate.lr = 0.01
        logs = ICScenario.create_trainer(params).train()
        assert logs["val_acc"] > load_images("val", "stamps").largest_class_share() + 0.15
