# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tutorials go the whole way on real digits: train, evaluate, predict."""

import glob
import json
import math
from pathlib import Path

import numpy as np
import pytest

from examples.datasets.mnist import load_mnist
from examples.tutorial.full.data.image_files import write_digit
from examples.tutorial.full.data.params import TutorialPredictionGeneratorParams, TutorialTrainingGeneratorParams
from examples.tutorial.full.graphs.params import ConvGraphParams, MLPGraphParams
from examples.tutorial.full.scenario import TutorialScenario as FullScenario
from examples.tutorial.min.scenario import TutorialScenario as MinScenario
from tfaip import LAVParams, PredictorParams, Sample
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.data.pipeline.definitions import PipelineMode
from tfaip.scripts import predict

FULL_LOGS = {"loss", "keras_loss", "raw_loss", "loss/mean_epoch", "custom_acc", "acc", "raw_acc"}
N_VAL = 200


def trainer_params(scenario, output_dir=None, samples=1600, epochs=1):
    params = scenario.default_trainer_params()
    params.epochs = epochs
    params.samples_per_epoch = samples
    params.output_dir = None if output_dir is None else str(output_dir)
    params.random_seed = 1
    params.progress_bar_mode = 0
    params.gen.setup.val.limit = N_VAL
    return params


@pytest.fixture(scope="module")
def full_models(tmp_path_factory):
    """Two trained models of the full tutorial (a CNN and an MLP) and the logs of the first one's last epoch."""
    folders, logs = [], []
    for graph in (ConvGraphParams(filters=[8], dense=[32]), MLPGraphParams(nodes=[32])):
        folder = tmp_path_factory.mktemp("full") / "model"
        params = trainer_params(FullScenario, folder)
        params.lav_every_n = 1
        params.scenario.model.graph = graph
        logs.append(FullScenario.create_trainer(params).train())
        folders.append(folder)
    return folders, logs[0]


@pytest.fixture
def digit_files(tmp_path):
    data = load_mnist()
    files = [str(tmp_path / f"{i}.png") for i in range(6)]
    for file, image in zip(files, data.x_test, strict=False):
        write_digit(file, image)
    return files


def lav_results(folder):
    params = LAVParams(pipeline=DataPipelineParams(limit=N_VAL, mode=PipelineMode.EVALUATION))
    params.model_path = str(folder / "best")
    scenario_params = FullScenario.params_from_path(params.model_path)
    lav = FullScenario.create_lav(params, scenario_params)
    return next(iter(lav.run([TutorialTrainingGeneratorParams()])))


class TestMin:
    def test_trains_on_the_real_digits(self, tmp_path):
        logs = MinScenario.create_trainer(trainer_params(MinScenario, tmp_path / "m")).train()
        assert logs["val_acc"] > 0.6
        assert {"loss", "ce", "acc", "loss/mean_epoch"} <= logs.keys()
        assert (tmp_path / "m" / "best" / "serve" / "saved_model.pb").exists()

    def test_defaults_are_those_of_the_published_table(self):
        params = MinScenario.default_trainer_params()
        assert (params.epochs, params.gen.setup.train.batch_size) == (10, 16)

    def test_a_sample_is_what_the_data_declare(self):
        params = MinScenario.default_trainer_params()
        data = MinScenario(params.scenario).create_data()
        with params.gen.train_data(data).generate_input_batches(auto_repeat=False) as batches:
            inputs, targets, _ = next(iter(batches))
        assert (inputs["img"].shape, inputs["img"].dtype) == ((16, 28, 28), np.uint8)
        assert (targets["gt"].shape, targets["gt"].dtype) == ((16, 1), np.uint8)


class TestFull:
    def test_logs_have_every_form_of_loss_and_metric(self, full_models):
        _, logs = full_models
        expected = FULL_LOGS | {f"val_{name}" for name in FULL_LOGS} | {"lav_l0_eval_acc", "lav_l0_acc"}
        assert expected <= logs.keys()

    def test_forms_agree(self, full_models):
        _, logs = full_models
        for prefix in ("", "val_"):
            assert logs[f"{prefix}keras_loss"] == pytest.approx(logs[f"{prefix}raw_loss"], abs=1e-5)
            assert logs[f"{prefix}loss/mean_epoch"] == pytest.approx(logs[f"{prefix}keras_loss"], abs=1e-5)
            assert logs[f"{prefix}acc"] == pytest.approx(logs[f"{prefix}custom_acc"], abs=1e-6)
            assert logs[f"{prefix}acc"] == pytest.approx(logs[f"{prefix}raw_acc"], abs=1e-6)
        assert logs["lav_l0_eval_acc"] == pytest.approx(logs["lav_l0_acc"], abs=1e-6)

    def test_learns(self, full_models):
        assert full_models[1]["val_acc"] > 0.6

    def test_feature_maps_are_in_tensorboard(self, full_models):
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        folders, _ = full_models
        tags = set()
        for file in glob.glob(f"{folders[0]}/validation/events*"):
            tags.update(EventAccumulator(file).Reload().Tags()["tensors"])
            tags.update(EventAccumulator(file).Reload().Tags()["images"])
        assert any("conv_mat" in tag for tag in tags)

    def test_feature_maps_of_an_inner_layer_are_found_without_complaints(self, caplog):
        params = trainer_params(FullScenario, samples=16)
        params.scenario.model.graph = ConvGraphParams(filters=[4], dense=[8])
        FullScenario.create_trainer(params).train()
        assert "conv_mat" not in caplog.text

    def test_evaluation_of_the_export_gives_the_validation_of_the_training(self, full_models):
        folders, logs = full_models
        results = lav_results(folders[0])
        assert results["eval_acc"] == pytest.approx(results["acc"], abs=1e-6)
        assert results["acc"] == pytest.approx(logs["val_acc"], abs=1e-6)

    def test_predicts_image_files_in_their_order(self, full_models, digit_files):
        folders, _ = full_models
        predictor = FullScenario.create_predictor(str(folders[0] / "best"), PredictorParams(silent=True))
        samples = list(predictor.predict(TutorialPredictionGeneratorParams(digit_files)))
        assert [sample.meta["path"] for sample in samples] == digit_files
        for sample in samples:
            assert int(np.argmax(sample.outputs["pred"])) == sample.outputs["class"]
            assert sample.outputs["pred"].sum() == pytest.approx(1, abs=1e-5)

    def test_predicts_raw_images(self, full_models):
        folders, _ = full_models
        image = load_mnist().x_test[0]
        predictor = FullScenario.create_predictor(str(folders[0] / "best"), PredictorParams(silent=True))
        (sample,) = predictor.predict_raw([image])
        assert sample.outputs["pred"].shape == (10,)

    def test_several_models_vote_by_the_mean_of_their_probabilities(self, full_models, digit_files):
        folders, _ = full_models
        paths = [str(folder / "best") for folder in folders]
        data = TutorialPredictionGeneratorParams(digit_files)
        single = [
            [s.outputs["pred"] for s in FullScenario.create_predictor(path, PredictorParams(silent=True)).predict(data)]
            for path in paths
        ]
        voted = FullScenario.create_multi_predictor(paths, PredictorParams(silent=True)).predict(data)
        for sample, a, b in zip(voted, *single, strict=True):
            np.testing.assert_allclose(sample.outputs["pred"], (a + b) / 2, atol=1e-6)
            assert sample.outputs["class"] == np.argmax(a + b)

    def test_the_program_lets_several_models_vote_and_writes_the_digits(self, full_models, digit_files, tmp_path):
        folders, _ = full_models
        paths = [str(folder / "best") for folder in folders]
        output = tmp_path / "results"
        files = ["--data.image_files", *digit_files]
        args = ["--export_dir", *paths, *files, "--predict.silent", "True", "--output", str(output)]
        assert predict.main(args) == 0
        rows = [json.loads(line) for line in (output / "results.jsonl").read_text().splitlines()]
        assert [row["meta"]["path"] for row in rows] == digit_files
        assert all((output / row["pictures"]["img"]).is_file() and 0 <= row["outputs"]["class"] < 10 for row in rows)

    def test_prints_file_and_digit(self):
        from examples.tutorial.full.predictor import print_digit

        lines = []
        pred = np.eye(10)[3]
        print_digit(Sample(outputs={"class": np.int64(3), "pred": pred}, meta={"path": "a.png"}), lines.append)
        assert lines == ["a.png: 3 (p = 1.000)"]


@pytest.mark.slow
class TestAccuracy:
    """What a reader may expect of the tutorials after a few minutes."""

    @pytest.mark.parametrize(("scenario", "expected"), [(MinScenario, 0.97), (FullScenario, 0.96)])
    def test_two_epochs_on_all_digits(self, scenario, expected):
        params = trainer_params(scenario, samples=-1, epochs=2)
        params.gen.setup.val.limit = -1
        logs = scenario.create_trainer(params).train()
        assert logs["val_acc"] > expected
        assert all(math.isfinite(value) for value in logs.values() if np.isscalar(value))


def test_exported_parameters_name_the_scenario(full_models):
    stored = json.loads(Path(full_models[0][0], "best", "trainer_params.json").read_text())
    assert stored["scenario"]["scenario_id"] == "examples.tutorial.full.scenario:TutorialScenario"
    assert stored["scenario"]["model"]["graph"]["filters"] == [8]
