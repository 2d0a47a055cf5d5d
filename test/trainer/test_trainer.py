# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training does what its parameters say, gives the same numbers for the same seed, and names what stops it."""

import os
import random
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfaip import Sample, TrainerParams
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from waves.data import WaveGenerator
from waves.params import WaveGeneratorParams
from waves.scenario import WaveScenario


def small_params(**changes: Any) -> TrainerParams:
    params = WaveScenario.default_trainer_params()
    params.progress_bar_mode = 0
    params.skip_model_load_test = True
    params.epochs = 2
    params.gen.train.n = 100
    params.gen.val.n = 50
    for name, value in changes.items():
        setattr(params, name, value)
    return params


def train(params: TrainerParams, *callbacks: keras.callbacks.Callback) -> dict[str, Any]:
    return WaveScenario.create_trainer(params).train(callbacks=list(callbacks))


class Recorder(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.steps: list[int] = []
        self.epochs: list[dict[str, float]] = []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append(batch)

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(dict(logs))


def test_logs_hold_every_loss_and_metric_of_training_validation_and_lav() -> None:
    logs = train(small_params(lav_every_n=1))
    own = {"loss", "loss/mean_epoch", "ce", "acc"}
    expected = own | {f"val_{name}" for name in own} | {f"lav_l0_{name}" for name in own} | {"lav_l0_eval_acc"}
    assert set(logs) == expected
    assert all(isinstance(float(value), float) for value in logs.values())


def test_lav_agrees_with_the_validation_of_the_same_weights() -> None:
    logs = train(small_params(lav_every_n=1))
    for name in ("loss", "ce", "acc"):
        assert logs[f"lav_l0_{name}"] == pytest.approx(logs[f"val_{name}"], abs=1e-6)
    assert logs["lav_l0_eval_acc"] == pytest.approx(logs["val_acc"], abs=1e-6)


def test_validation_weighs_the_smaller_last_batch_truly() -> None:
    params = small_params(epochs=1)
    trainer = WaveScenario.create_trainer(params)
    logs = trainer.train()
    generator = WaveGenerator(mode=None, params=params.gen.val)
    samples = list(generator.generate())
    inputs = np.stack([sample.inputs for sample in samples]) * 0.5
    logits = trainer.scenario.graph.predict({"x": tf.constant(inputs, dtype="float32")})["logits"]
    targets = np.array([sample.targets for sample in samples])
    losses = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    assert len(samples) % params.gen.setup.val.batch_size != 0
    assert logs["val_ce"] == pytest.approx(float(np.mean(losses)), rel=1e-5)
    assert logs["val_acc"] == pytest.approx(float(np.mean(np.argmax(logits, -1) == targets)), abs=1e-6)


def test_callbacks_with_batch_hooks_see_every_step() -> None:
    recorder = Recorder()
    train(small_params(), recorder)
    assert recorder.steps == [0, 1, 2, 3, 4, 5] * 2
    assert len(recorder.epochs) == 2


def test_the_random_seed_decides_the_seed_of_the_data_whatever_was_drawn_before() -> None:
    def seed(random_seed: int, draws: int) -> int:
        trainer = WaveScenario.create_trainer(small_params(random_seed=random_seed))
        for _ in range(draws):
            random.random()
        trainer.setup_data()
        pipeline = trainer.params.gen.train_data(trainer.data)
        return pipeline.seed

    assert seed(1, 0) == seed(1, 3) != seed(2, 0)


def test_same_seed_gives_the_same_numbers_however_steps_are_grouped() -> None:
    first, second = Recorder(), Recorder()
    train(small_params(), first)
    second_epochs: list[dict[str, float]] = []
    train(small_params(), keras.callbacks.LambdaCallback(on_epoch_end=lambda e, logs: second_epochs.append(dict(logs))))
    assert first.epochs == second_epochs
    assert second.epochs == []


def test_eager_training_gives_the_numbers_of_the_graph() -> None:
    graph, eager = train(small_params()), train(small_params(force_eager=True))
    for name, value in graph.items():
        assert eager[name] == pytest.approx(value, rel=1e-4), name


@pytest.mark.parametrize("preload_data", [False, True])
def test_training_without_validation_data_works(
    preload_data: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    params = small_params(output_dir=str(tmp_path / "run"), preload_data=preload_data)
    monkeypatch.setattr(type(params.gen), "val_gen", lambda self: None)
    logs = train(params)
    assert set(logs) == {"loss", "loss/mean_epoch", "ce", "acc"}
    assert not (tmp_path / "run" / "best").exists()
    assert (tmp_path / "run" / "export").exists()


def test_epochs_between_validations_have_no_validation_values() -> None:
    recorder = Recorder()
    train(small_params(epochs=3, val_every_n=2), recorder)
    assert ["val_loss" in logs for logs in recorder.epochs] == [False, True, True]


def test_current_epoch_is_counted_without_output_directory() -> None:
    params = small_params()
    trainer = WaveScenario.create_trainer(params)
    trainer.train()
    assert params.current_epoch == 2
    assert trainer.train() == {}


def test_new_training_with_the_parameters_of_a_finished_one_starts_at_its_beginning() -> None:
    params, recorder = small_params(), Recorder()
    first = train(params)
    second = train(params, recorder)
    assert len(recorder.epochs) == 2
    assert second == first


def test_resumed_training_that_was_stopped_early_stays_stopped(tmp_path: Path) -> None:
    params = small_params(output_dir=str(tmp_path), epochs=9)
    params.early_stopping.n_to_go = 2
    params.learning_rate.lr = 0.0
    train(params)
    assert params.current_epoch == 2
    trainer = Trainer.restore_trainer(str(tmp_path))
    trainer.train()
    assert trainer.params.current_epoch == 2


class FailingCallback(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        raise RuntimeError("stop here")


def test_failed_training_leaves_no_worker_process() -> None:
    params = small_params()
    params.gen.train.n = 400
    params.scenario.data.pre_proc.run_parallel = True
    params.gen.setup.train.num_processes, params.gen.setup.val.num_processes = 2, 0
    before = set(children_of_workers())
    with pytest.raises(RuntimeError, match="stop here") as failure:
        train(params, FailingCallback())
    assert failure.value.__traceback__ is not None
    deadline = time.monotonic() + 60
    while left := set(children_of_workers()) - before:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def children_of_workers() -> list[str]:
    """The command lines of processes that were started by the fork server of this process."""
    servers = [pid for pid in os.listdir("/proc") if pid.isdigit() and _parent(pid) == os.getpid()]
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and str(_parent(pid)) in servers]


def _parent(pid: str) -> int:
    try:
        return int(Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return -1


def test_steps_of_an_epoch() -> None:
    def steps(**changes: Any) -> int:
        trainer = WaveScenario.create_trainer(small_params(**changes))
        trainer.setup_steps_per_epoch()
        return trainer._steps_per_epoch

    assert steps() == 6
    assert steps(samples_per_epoch=50) == 3
    assert steps(scale_epoch_size=2.5) == 15


@pytest.fixture
def unknown_length(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_length(self: WaveGenerator) -> int:
        raise TypeError("not known")

    monkeypatch.setattr(WaveGenerator, "__len__", no_length)
    monkeypatch.setattr(WaveGenerator, "knows_length", lambda self: False)


def test_generators_that_do_not_know_their_length_train_and_validate(
    unknown_length: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        logs = train(small_params(samples_per_epoch=40, lav_every_n=1))
        assert logs["val_ce"] == pytest.approx(logs["lav_l0_ce"], abs=1e-6)
        train(small_params(samples_per_epoch=40, batch_size_find=True, batch_size_find_max=32))
    assert "The largest batch that fits: --train.batch_size 32" in caplog.text


def test_the_length_of_an_epoch_that_nobody_knows_must_be_given(unknown_length: None) -> None:
    with pytest.raises(UserError, match="set --trainer.samples_per_epoch N"):
        train(small_params())


def test_epoch_of_less_than_a_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="less than one batch"):
        train(small_params(samples_per_epoch=15))


def test_best_model_needs_a_directory() -> None:
    with pytest.raises(ValueError, match="output_dir"):
        WaveScenario.create_trainer(small_params(export_best=True))


def test_continuing_needs_a_directory() -> None:
    with pytest.raises(ValueError, match="output_dir"):
        WaveScenario.create_trainer(small_params(), restore=True)


class BrokenWaves(WaveGenerator):
    def generate(self):
        for i, sample in enumerate(super().generate()):
            yield Sample(inputs="no wave", targets=0, meta={"index": i}) if i == 37 else sample


class BrokenWavesParams(WaveGeneratorParams):
    @staticmethod
    def cls():
        return BrokenWaves


@pytest.mark.parametrize("part", ["train", "val"])
def test_unreadable_sample_stops_the_training_and_is_named(part: str) -> None:
    params = small_params()
    setattr(params.gen, part, BrokenWavesParams(n=50))
    with pytest.raises(UserError, match=r"ScaleProcessor(.|\n)*sample 37(.|\n)*'index': 37"):
        train(params)


def test_sample_that_does_not_fit_the_specs_is_named_with_both_shapes() -> None:
    params = small_params()
    params.scenario.data.length = 17
    with pytest.raises(UserError, match=r"'x'(.|\n)*17(.|\n)*16"):
        train(params)


def test_tensorboard_files_hold_what_was_logged(tmp_path: Path) -> None:
    params = small_params(output_dir=str(tmp_path), lav_every_n=1)
    logs = train(params)
    written = read_scalars(tmp_path / "validation")
    assert written[("epoch_acc", 1)] == pytest.approx(logs["val_acc"], abs=1e-6)
    assert read_scalars(tmp_path / "lav_l0")[("epoch_eval_acc", 1)] == pytest.approx(logs["lav_l0_eval_acc"], abs=1e-6)
    assert read_scalars(tmp_path / "train")[("epoch_lr", 0)] == pytest.approx(0.001)


def read_scalars(folder: Path) -> dict[tuple[str, int], float]:
    values = {}
    for filename in os.listdir(folder):
        for event in tf.compat.v1.train.summary_iterator(str(folder / filename)):
            for value in event.summary.value:
                values[(value.tag, event.step)] = float(tf.make_ndarray(value.tensor))
    return values


def test_resumed_training_keeps_the_best_value(tmp_path: Path) -> None:
    params = small_params(output_dir=str(tmp_path), epochs=3)
    train(params)
    best = params.early_stopping.current
    trainer = Trainer.restore_trainer(str(tmp_path))
    assert trainer.params.early_stopping.current == best
    trainer.params.epochs = 4
    trainer.params.learning_rate.lr = 0.0
    trainer.train()
    assert trainer.params.early_stopping.current == best
    assert trainer.params.current_epoch == 4
