# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The text recognition goes the whole way: train, evaluate, read image files with one model and with two."""

import json

import numpy as np
import pytest

from examples.atr.baseline import constant_answers, error_rate
from examples.atr.data.loading import read_transcription
from examples.atr.data.params import AtrGeneratorParams
from examples.atr.data.sources import default_lines
from examples.atr.scenario import AtrScenario
from examples.datasets.lines.drawing import draw_line
from examples.datasets.lines.faces import TRAIN_FACES
from examples.datasets.pillow import write_image
from tfaip import PredictorParams
from tfaip.data.databaseparams import DataPipelineParams
from tfaip.resource.resource import Resource
from tfaip.scripts import lav, predict

DIGITS = "0123456789"
N_TRAIN, N_TEST = 200, 30


def trainer_params(folder, output_dir):
    """A small network for numbers."""
    params = AtrScenario.default_trainer_params()
    params.output_dir = str(output_dir)
    params.random_seed = 1
    params.deterministic = False
    params.progress_bar_mode = 0
    params.epochs = 1
    params.samples_per_epoch = 2400
    params.skip_model_load_test = True
    params.write_checkpoints = params.export_final = False
    params.learning_rate.lr = 0.01
    params.gen.train.image_files = [f"{folder}/train/*.png"]
    params.gen.val.image_files = [f"{folder}/test/*.png"]
    params.gen.setup.train.batch_size = 20
    for setup in (params.gen.setup.train, params.gen.setup.val):
        setup.bucket_boundaries, setup.bucket_token_budget = [60], 2000
    params.scenario.data.codec = Resource(str(folder / "codec.txt"))
    params.scenario.data.height = 16
    params.scenario.model.conv_filters, params.scenario.model.features = [8, 16], 32
    params.scenario.model.lstm_nodes = [32]
    params.scenario.model.dropout = 0.0
    return params


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    """Images of numbers in one face, and a codec of digits."""
    folder = tmp_path_factory.mktemp("numbers")
    (folder / "codec.txt").write_text("".join(f"{digit}\n" for digit in DIGITS))
    rng = np.random.default_rng(1)
    face = next(face for face in TRAIN_FACES if face.name == "DejaVuSansMono").content()
    for part, n in (("train", N_TRAIN), ("test", N_TEST)):
        (folder / part).mkdir()
        for index in range(n):
            text = "".join(rng.choice(list(DIGITS), rng.integers(3, 7)))
            write_image(str(folder / part / f"{index:03}.png"), draw_line(text, face, rng))
            (folder / part / f"{index:03}.gt.txt").write_text(text)
    return folder


@pytest.fixture(scope="module")
def models(numbers, tmp_path_factory):
    """A trained model and one that has learnt nothing, and the logs of the first one."""
    folder = tmp_path_factory.mktemp("atr")
    logs = AtrScenario.create_trainer(trainer_params(numbers, folder / "trained")).train()
    params = trainer_params(numbers, None)
    params.scenario.model.conv_filters = [4, 4]
    scenario = AtrScenario(params.scenario)
    assert scenario.keras_train_model is not None
    scenario.export(str(folder / "untrained"), params)
    return [str(folder / "trained" / "best"), str(folder / "untrained")], logs


def paths(folder, part="test"):
    return sorted(map(str, (folder / part).glob("*.png")))


def read(model, folder, **pipeline):
    predictor = AtrScenario.create_predictor(
        model, PredictorParams(silent=True, progress_bar=False, pipeline=DataPipelineParams(**pipeline))
    )
    return list(predictor.predict(AtrGeneratorParams(image_files=paths(folder))))


class TestTraining:
    def test_it_beats_answers_without_looking_at_the_letters(self, models, numbers):
        texts = [read_transcription(path) for path in paths(numbers)]
        baseline = error_rate(texts, constant_answers(paths(numbers, "train"), paths(numbers)))
        assert 0.7 < baseline < 1
        assert models[1]["val_cer"] < 0.5 * baseline

    def test_batches_hold_lines_of_similar_width(self, numbers):
        params = trainer_params(numbers, None)
        data = AtrScenario(params.scenario).create_data()
        with params.gen.val_data(data).generate_input_batches(auto_repeat=False) as batches:
            widths = [inputs["img_len"][:, 0] for inputs, _, _ in batches]
        assert sum(map(len, widths)) == N_TEST
        assert all(len(batch) * max(batch) <= 2000 for batch in widths)
        assert all((max(batch) < 60) == (min(batch) < 60) for batch in widths)


class TestEvaluation:
    def test_the_command_of_the_readme_gives_what_the_training_did(self, models, numbers, tmp_path):
        args = ["--export_dir", models[0][0], "--data.image_files", f"{numbers}/test/*.png"]
        worst = ["--worst", "2", "--worst_dir", str(tmp_path / "worst")]
        assert lav.main([*args, *worst, "--out", str(tmp_path / "out.json"), "--lav.silent", "True"]) == 0
        (result,) = json.loads((tmp_path / "out.json").read_text())["results"]
        values = result["values"]
        assert values["eval_cer"] == pytest.approx(values["cer"], abs=1e-6)
        assert values["cer"] == pytest.approx(models[1]["val_cer"], abs=1e-6)
        assert 0 <= values["line_errors"] <= 1
        assert (tmp_path / "worst" / "001" / "line.png").is_file()


class TestPrediction:
    def test_texts_of_image_files(self, models, numbers):
        samples = read(models[0][0], numbers)
        assert [sample.meta["path"] for sample in samples] == paths(numbers)
        texts = [read_transcription(path) for path in paths(numbers)]
        assert error_rate(texts, [sample.outputs["text"] for sample in samples]) == pytest.approx(models[1]["val_cer"])
        for sample in samples:
            assert len(sample.outputs["char_confidences"]) == len(sample.outputs["text"])
            assert 0 < sample.outputs["confidence"] <= 1

    def test_a_line_is_read_in_the_same_way_whatever_else_is_in_its_batch(self, models, numbers):
        alone, together = (read(models[0][0], numbers, batch_size=batch_size) for batch_size in (1, N_TEST))
        for first, second in zip(alone, together, strict=True):
            assert first.outputs["text"] == second.outputs["text"]
            np.testing.assert_allclose(first.outputs["char_confidences"], second.outputs["char_confidences"], atol=1e-4)

    def test_raw_images(self, models):
        predictor = AtrScenario.create_predictor(models[0][0], PredictorParams(silent=True, progress_bar=False))
        (sample,) = predictor.predict_raw([np.full((20, 70), 200, "uint8")])
        assert isinstance(sample.outputs["text"], str)

    def test_the_model_directory_has_its_own_codec(self, models, numbers):
        params = AtrScenario.params_from_path(models[0][0])
        assert params.data.codec.abs_path != str(numbers / "codec.txt")
        data = AtrScenario(params).create_data()
        assert data.codec.characters == list(DIGITS)
        assert data.params.codec.abs_path.startswith(models[0][0])

    def test_two_models_vote_and_write_their_texts(self, models, numbers, tmp_path):
        output = tmp_path / "texts.jsonl"
        args = ["--export_dir", *models[0], "--data.image_files", f"{numbers}/test/*.png"]
        assert predict.main([*args, "--predict.silent", "True", "--output", str(output)]) == 0
        rows = [json.loads(line) for line in output.read_text().splitlines()]
        assert [row["meta"]["path"] for row in rows] == paths(numbers)
        singles = [[sample.outputs["text"] for sample in read(model, numbers)] for model in models[0]]
        assert [row["outputs"]["texts"] for row in rows] == [list(texts) for texts in zip(*singles, strict=True)]
        texts = [read_transcription(path) for path in paths(numbers)]
        rates = [error_rate(texts, answers) for answers in singles]
        assert error_rate(texts, [row["outputs"]["text"] for row in rows]) <= max(rates)


@pytest.mark.slow
def test_the_default_network_learns_rendered_lines(tmp_path):
    """What the beginning of the training of the README reaches; see there for all of it."""
    params = AtrScenario.default_trainer_params()
    params.output_dir = str(tmp_path / "model")
    params.random_seed = 1
    params.progress_bar_mode = 0
    params.gen.train.n_rendered = params.gen.val.n_rendered = 1500
    params.gen.setup.val.limit = n_val = 100
    params.samples_per_epoch = 2000
    params.epochs = 1
    logs = AtrScenario.create_trainer(params).train()
    lines = default_lines("val", 1500)[:n_val]
    baseline = error_rate(
        [read_transcription(path) for path in lines], constant_answers(default_lines("train", 1500), lines)
    )
    assert logs["val_cer"] < baseline
