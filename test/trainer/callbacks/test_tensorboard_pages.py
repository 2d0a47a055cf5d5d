# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What appears on the pages of TensorBoard beside the scalars: PR curves, hyper-parameters, profiles."""

import glob
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorboard.plugins.hparams import metadata as hparams_metadata
from tensorboard.plugins.pr_curve import summary as pr_curves

from test.trainer.test_trainer import small_params
from tfaip.trainer.callbacks.hparams import hparams
from tfaip.util.errors import UserError
from waves.model import WaveModel
from waves.scenario import WaveScenario


class CurveOfFirstClass(keras.metrics.Metric):
    """Counts by threshold; its result is a summary of TensorBoard as bytes."""

    N = 5

    def __init__(self) -> None:
        super().__init__(name="curve")
        self.hits = self.add_weight(shape=(2, self.N), initializer="zeros", name="hits")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        thresholds = tf.linspace(0.0, 1.0, self.N)
        chosen = tf.cast(y_pred[:, :1] >= thresholds[tf.newaxis], "float32")
        is_first = tf.cast(tf.reshape(y_true, [-1, 1]) == 0, "float32")
        counts = [tf.reduce_sum(chosen * is_first, 0), tf.reduce_sum(chosen * (1 - is_first), 0)]
        self.hits.assign_add(tf.stack(counts))

    def result(self) -> Any:
        return tf.numpy_function(self._summary, [self.hits.value], tf.string, stateful=False)

    def _summary(self, hits: np.ndarray) -> bytes:
        true_positives, false_positives = hits
        zeros = np.zeros(self.N)
        return pr_curves.raw_data_pb(
            "curve",
            true_positive_counts=true_positives,
            false_positive_counts=false_positives,
            true_negative_counts=zeros,
            false_negative_counts=zeros,
            precision=true_positives / np.maximum(1, true_positives + false_positives),
            recall=true_positives / max(1, true_positives[0]),
            num_thresholds=self.N,
        ).SerializeToString()


class CurveModel(WaveModel):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.curve = CurveOfFirstClass()

    def _metric(self, inputs: Any, targets: Any, outputs: Any) -> Any:
        return [*super()._metric(inputs, targets, outputs), self.curve(targets["gt"], outputs["pred"])]


def values_of(pattern: Path) -> list[Any]:
    (filename,) = glob.glob(str(pattern))
    events = tf.compat.v1.train.summary_iterator(filename)
    return [value for event in events for value in event.summary.value]


def test_a_metric_that_is_a_summary_becomes_a_pr_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    params = small_params(output_dir=str(tmp_path / "run"), epochs=1)
    monkeypatch.setattr(type(params.scenario.model), "cls", staticmethod(lambda: CurveModel))
    logs = WaveScenario.create_trainer(params).train()
    assert isinstance(logs["val_curve"], bytes)
    for run in ("train", "validation"):
        values = values_of(tmp_path / "run" / run / "events*")
        curves = [value for value in values if value.metadata.plugin_data.plugin_name == "pr_curves"]
        assert [value.tag for value in curves] == ["epoch_curve"]
        assert tf.make_ndarray(curves[0].tensor).shape == (6, CurveOfFirstClass.N)


def test_hyper_parameters_are_written_once_a_run(tmp_path: Path) -> None:
    params = small_params(output_dir=str(tmp_path / "run"), epochs=1)
    params.learning_rate.lr = 0.005
    WaveScenario.create_trainer(params).train()
    values = values_of(tmp_path / "run" / "events*.hparams")
    assert [value.tag for value in values] == [hparams_metadata.SESSION_START_INFO_TAG]
    content = hparams_metadata.parse_session_start_info_plugin_data(values[0].metadata.plugin_data.content)
    assert content.hparams["learning_rate.lr"].number_value == 0.005
    assert content.hparams["optimizer"].string_value == "AdamOptimizer"
    trainer = WaveScenario.create_trainer(params)
    trainer = type(trainer).restore_trainer(str(tmp_path / "run"))
    trainer.params.epochs = 2
    trainer.params.progress_bar_mode = 0
    trainer.train()
    assert len(glob.glob(str(tmp_path / "run" / "events*"))) == 1


def test_hyper_parameters_are_those_of_optimizer_and_model_and_what_was_changed() -> None:
    defaults = WaveScenario.default_trainer_params()
    params = WaveScenario.default_trainer_params()
    params.gen.setup.train.batch_size = 3
    params.gen.train.n = 77
    params.scenario.model.hidden = [4, 5]
    params.export_best = True
    params.learning_rate.epochs = 8
    found = hparams(params, defaults)
    assert found["train.batch_size"] == 3
    assert found["gen.train.n"] == 77
    assert found["model.hidden"] == "[4, 5]"
    assert found["optimizer.beta_1"] == 0.9
    assert not {"export_best", "learning_rate.epochs", "gen.val.n"} & set(found)


def profiled(folder: Path, **changes: Any) -> list[str]:
    params = small_params(output_dir=str(folder), profile=True, epochs=1, **changes)
    WaveScenario.create_trainer(params).train()
    return glob.glob(str(folder / "train" / "plugins" / "profile" / "*" / "*.xplane.pb"))


def test_the_chosen_steps_are_profiled(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert profiled(tmp_path / "run", profile_steps=[1, 3])
    assert "The profile of 3 steps is in" in caplog.text


@pytest.mark.slow
def test_a_profile_ends_with_the_training(tmp_path: Path) -> None:
    assert profiled(tmp_path / "run", profile_steps=[2, 1000])
    # no profiler is left running, which would let this one fail
    assert profiled(tmp_path / "other", profile_steps=[0, 0])


@pytest.mark.slow
def test_a_training_that_ends_before_the_profile_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not profiled(tmp_path / "run", profile_steps=[1000, 2000])
    assert "Nothing was profiled" in caplog.text


@pytest.mark.parametrize("steps", [[], [1], [3, 2], [1, 2, 3]])
def test_steps_that_cannot_be_profiled_are_refused(tmp_path: Path, steps: list[int]) -> None:
    with pytest.raises(UserError, match="no steps to profile"):
        profiled(tmp_path / "run", profile_steps=steps)


def test_a_profile_without_output_directory_is_refused() -> None:
    with pytest.raises(UserError, match="needs a place"):
        WaveScenario.create_trainer(small_params(profile=True)).train()
