# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The ensemble of a program written for tfaip 1.2: several networks in one graph, each with lines of its own."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from test.contract.program import lines
from test.contract.program.dataset.codec import Codec
from test.contract.program.scenario import EnsembleScenario, LineScenario
from test.contract.program.training.pipeline_params import SplitPipelineParams, TrainOnlyPipelineParams


@pytest.mark.slow
def test_networks_of_an_ensemble_learn_from_other_folds(tmp_path: Path) -> None:
    images = lines.write_files(tmp_path / "files", 10)
    params = EnsembleScenario.default_trainer_params()
    assert EnsembleScenario.trainer_pipeline_params_cls() is SplitPipelineParams
    # the class of the trainer's parameters is that of the other scenario
    params.gen = SplitPipelineParams(validation_split_ratio=0.2)
    params.gen.train.images, params.gen.train.n_folds = images, 2
    params.gen.train.__post_init__()
    params.scenario.data.codec = Codec(["", "a", "b", "c"])
    params.output_dir, params.epochs, params.progress_bar_mode, params.progress_bar = str(tmp_path / "run"), 1, 0, False
    params.gen.setup.train.batch_size = 4
    trainer = EnsembleScenario.create_trainer(params)
    logs = trainer.train()
    names = {"loss", "loss_0", "loss_1", "loss/mean_epoch", "CER", "CER_0", "CER_1"}
    assert names | {f"val_{name}" for name in names} <= set(logs)
    assert logs["loss"] == pytest.approx((logs["loss_0"] + logs["loss_1"]) / 2, rel=1e-4)
    model = tf.saved_model.load(str(tmp_path / "run" / "best.ckpt")).signatures["serving_default"]
    assert len(model.structured_outputs) == 2 * 6 + 6
    image = lines.draw("abc").T[np.newaxis, :, :, np.newaxis]
    outputs = model(img=tf.constant(image), img_len=tf.constant([[image.shape[1]]]))
    mean = (outputs["softmax_0"] + outputs["softmax_1"]) / 2
    np.testing.assert_allclose(outputs["softmax"], mean, atol=1e-6)
    assert np.abs(outputs["softmax_0"] - outputs["softmax_1"]).max() > 1e-4


@pytest.mark.slow
def test_a_training_without_validation_ends_in_order(tmp_path: Path) -> None:
    params = LineScenario.default_trainer_params()
    params.gen = TrainOnlyPipelineParams()
    params.gen.train.images = lines.write_files(tmp_path / "files", 8)
    params.gen.setup.train.batch_size = 4
    params.gen.train.__post_init__()
    params.output_dir, params.epochs, params.progress_bar_mode, params.progress_bar = str(tmp_path / "run"), 1, 0, False
    logs = LineScenario.create_trainer(params).train()
    assert "ctc-loss" in logs and not any(name.startswith("val_") for name in logs)
    assert (tmp_path / "run" / "checkpoint" / "checkpoint_0001" / "trainer_params.json").exists()
