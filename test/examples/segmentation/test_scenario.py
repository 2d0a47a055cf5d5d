# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The segmentation goes the whole way on small scenes: train, evaluate, predict."""

import glob

import numpy as np
import pytest
from PIL import Image

from examples.datasets import stamps
from examples.datasets.wheels import FetchError
from examples.segmentation.cocoscores import CocoScores
from examples.segmentation.data.params import SceneGeneratorParams
from examples.segmentation.evaluator import SegmentationEvaluator
from examples.segmentation.graphs.params import ConvolutionsEncoderParams, EfficientNetEncoderParams
from examples.segmentation.scenario import SegmentationScenario, complete_params
from examples.tutorial.full.data.params import TutorialPredictionGeneratorParams
from tfaip import EvaluatorParams, PredictorParams, Sample
from tfaip.scripts.train import parse_args
from tfaip.util.errors import UserValueError
from tfaip.util.tfaipargparse import post_init

# of always answering "background": two of three classes are never found
N_CLASSES = 2


def trainer_params(scenery, output_dir=None):
    params = SegmentationScenario.default_trainer_params()
    params.gen.train_val = SceneGeneratorParams(
        cutouts=str(scenery / "cutouts"), backgrounds=str(scenery / "backgrounds"), n_train=320, n_eval=16
    )
    params.epochs = 2
    params.output_dir = None if output_dir is None else str(output_dir)
    params.random_seed = 1
    params.progress_bar_mode = 0
    params.gen.setup.train.num_processes = params.gen.setup.val.num_processes = 1
    params.gen.setup.train.batch_size = 8
    params.scenario.data.image_size = 32
    params.scenario.model.encoder = ConvolutionsEncoderParams(filters=[12, 16])
    params.scenario.model.decoder_filters = [16]
    params.learning_rate.lr = 0.01
    return params


@pytest.fixture(scope="module")
def trained(scenery, tmp_path_factory):
    """The output directory of a short training and the logs of its last epoch."""
    output_dir = tmp_path_factory.mktemp("segmentation") / "model"
    params = trainer_params(scenery, output_dir)
    params.lav_every_n = 2
    return output_dir, SegmentationScenario.create_trainer(params).train()


def test_a_short_training_beats_the_answer_that_there_is_nothing(trained):
    _, logs = trained
    baseline = logs["lav_l0_iou_background"] / (N_CLASSES + 1)
    assert baseline < 0.34
    assert logs["lav_l0_mean_iou"] > baseline + 0.2
    assert logs["lav_l0_box_map50"] > 0.2
    assert logs["val_iou"] == pytest.approx(logs["lav_l0_mean_iou"], abs=0.15)


def test_pictures_of_the_validation_are_in_tensorboard(trained):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    tags = {tag for file in glob.glob(f"{trained[0]}/validation/events*") for tag in all_tags(EventAccumulator(file))}
    assert any("segmentation" in tag for tag in tags)


def all_tags(accumulator):
    tags = accumulator.Reload().Tags()
    return [*tags["tensors"], *tags["images"]]


def test_the_exported_model_finds_objects_in_files(trained, scenery, tmp_path):
    picture = Image.open(scenery / "backgrounds" / "0.png").resize((64, 64))
    picture.paste((220, 40, 40), (8, 20, 36, 48))
    picture.save(tmp_path / "red.png")
    predictor = SegmentationScenario.create_predictor(str(trained[0] / "best"), PredictorParams(silent=True))
    (sample,) = predictor.predict(TutorialPredictionGeneratorParams([str(tmp_path / "red.png")]))
    largest = max(sample.outputs["boxes"].tolist(), key=lambda box: box[2] * box[3])
    assert np.abs(np.asarray(largest) - (4, 10, 14, 14)).max() <= 4
    pictures = predictor.data._sample_pictures(sample)
    assert pictures["predicted"].shape == (64, 64, 3)
    assert "truth" not in pictures


def test_encoders_are_chosen_on_the_command_line():
    line = "examples.segmentation --model.encoder Convolutions --model.encoder.filters 8 9"
    _, params = parse_args(line.split())
    assert params.scenario.model.encoder == ConvolutionsEncoderParams(filters=[8, 9])


def test_a_decoder_that_does_not_fit_to_the_encoder_is_a_mistake(scenery):
    params = trainer_params(scenery)
    params.scenario.model.decoder_filters = [16, 8]
    with pytest.raises(UserValueError, match=r"(?s)decoder_filters.*expected: 1 .*got: +2"):
        SegmentationScenario(params.scenario).setup_training_graph()


def test_a_frozen_backbone_stays_and_the_decoder_is_trained(scenery):
    params = trainer_params(scenery)
    params.scenario.model.encoder = EfficientNetEncoderParams(pretrained=False)
    params.scenario.model.decoder_filters = [16, 8, 8, 8]
    complete_params(params)
    post_init(params)
    scenario = SegmentationScenario(params.scenario)
    scenario.setup_training_graph(params.no_train_scope)
    trained = [variable.path for variable in scenario.keras_train_model.trainable_variables]
    assert trained
    assert all("decoder_" in path or "logits" in path for path in trained)


def scene(found_mask):
    """Return a sample with a ball at the left and a block at the right, and what was found."""
    mask, instances = np.zeros((2, 20, 40), "uint8")
    mask[5:15, 5:15], instances[5:15, 5:15] = 1, 1
    mask[5:15, 25:35], instances[5:15, 25:35] = 2, 2
    boxes = {1: [5, 5, 10, 10], 2: [25, 5, 10, 10]}
    labels = [label for label in (1, 2) if (found_mask == label).any()]
    outputs = {
        "mask": found_mask,
        "instances": found_mask,
        "boxes": np.asarray([boxes[label] for label in labels]).reshape(-1, 4),
        "names": [["ball", "block"][label - 1] for label in labels],
        "scores": [0.9] * len(labels),
    }
    return Sample(targets={"mask": mask, "instances": instances}, outputs=outputs)


class TestEvaluator:
    def evaluate(self, *samples):
        with SegmentationEvaluator(EvaluatorParams(), classes=["ball", "block"]) as evaluator:
            for sample in samples:
                evaluator.update_state(sample)
            return evaluator.result()

    def test_the_truth_has_full_marks(self, capsys):
        truth = scene(np.zeros((20, 40), "uint8")).targets["mask"]
        result = self.evaluate(scene(truth), scene(truth))
        assert {name: value for name, value in result.items() if value != pytest.approx(1)} == {}
        assert {"mean_iou", "iou_ball", "iou_background", "box_map", "mask_map50"} <= result.keys()
        assert capsys.readouterr().out == ""

    def test_half_of_the_objects(self):
        truth = scene(np.zeros((20, 40), "uint8")).targets["mask"]
        result = self.evaluate(scene(np.where(truth == 1, truth, 0).astype("uint8")))
        assert result["iou_ball"] == pytest.approx(1)
        assert result["iou_block"] == 0
        assert result["box_map50"] == pytest.approx(0.5)
        assert result["mask_map"] == pytest.approx(0.5)
        assert result["mean_iou"] == pytest.approx((600 / 700 + 1) / 3)

    def test_nothing_found_is_no_error(self):
        result = self.evaluate(scene(np.zeros((20, 40), "uint8")))
        assert result["box_map"] == result["mask_map50"] == 0
        assert CocoScores(["ball"]).result()["box_map"] == 0


@pytest.mark.slow
def test_a_pretrained_encoder_finds_photographs(scenery):
    try:
        stamps.stamps_folder()
    except FetchError as error:
        pytest.skip(f"Debian's package of photographs cannot be had: {error}")
    params = trainer_params(scenery)
    params.gen.train_val = SceneGeneratorParams(n_train=160, n_eval=16)
    params.scenario.data.image_size = 64
    params.scenario.model.encoder = EfficientNetEncoderParams()
    params.scenario.model.decoder_filters = [32, 24, 16, 16]
    params.learning_rate.lr = 0.003
    params.lav_every_n = 2
    logs = SegmentationScenario.create_trainer(params).train()
    assert logs["lav_l0_mean_iou"] > logs["lav_l0_iou_background"] / 6 + 0.1
