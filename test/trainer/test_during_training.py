# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What happens besides the steps of a training: load-and-validate, tests of the model, own trainers and callbacks."""

import dataclasses
import itertools
import json
import logging
import os
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
import tqdm
from paiargparse import pai_dataclass

from test.trainer.test_trainer import Recorder, small_params, train
from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import DataProcessorParams, MappingDataProcessor
from tfaip.data.pipeline.processor.params import SequentialProcessorPipelineParams
from tfaip.scenario.export import writer
from tfaip.scripts import train_from_params
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from tfaip.util.multiprocessing.workerpool import WorkerPool
from waves.model import WaveGraph, WaveModel
from waves.params import WaveGeneratorParams, WavePipelineParams, WaveScenarioParams
from waves.scenario import WaveScenario


@pytest.fixture
def two_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load-and-validate on the validation data and on others."""
    others = WaveGeneratorParams(n=40, seed=17)
    monkeypatch.setattr(WavePipelineParams, "lav_gen", lambda self: [self.val, others], raising=False)


@pai_dataclass
@dataclasses.dataclass
class SeenParams(DataProcessorParams):
    @staticmethod
    def cls() -> type:
        return Seen


class Seen(MappingDataProcessor[SeenParams]):
    processes: list[int] = []

    def apply(self, sample: Sample) -> Sample:
        self.processes.append(os.getpid())
        return sample


def test_printed_samples_are_post_processed_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Seen, "processes", [])
    monkeypatch.setattr(WorkerPool, "_start", lambda self: pytest.fail("a worker is started"))
    params = small_params(epochs=1)
    params.scenario.data.post_proc = SequentialProcessorPipelineParams(run_parallel=True, processors=[SeenParams()])
    params.scenario.print_eval_limit = 5
    train(params)
    assert Seen.processes == [os.getpid()] * 5


def lav_names(logs: dict[str, Any]) -> set[str]:
    return {name for name in logs if name.startswith("lav_")}


def test_each_list_is_evaluated_with_its_own_samples(two_lists: None) -> None:
    params = small_params(lav_every_n=1)
    logs = train(params)
    assert {name.replace("lav_l0", "lav_l1") for name in lav_names(logs)} >= {
        f"lav_l1_{name}" for name in ("loss", "ce", "acc", "eval_acc")
    }
    assert logs["lav_l0_ce"] == pytest.approx(logs["val_ce"], abs=1e-6)
    # what the validation says of the other samples with the same weights
    other = small_params(lav_every_n=0)
    other.gen.val.n, other.gen.val.seed = 40, 17
    assert logs["lav_l1_ce"] == pytest.approx(train(other)["val_ce"], abs=1e-6)
    assert logs["lav_l1_ce"] != logs["lav_l0_ce"]


@pytest.mark.slow
def test_lists_are_evaluated_every_nth_epoch_from_the_first_one_on_and_at_the_end() -> None:
    recorder = Recorder()
    train(small_params(epochs=6, lav_every_n=3, lav_min_epoch=1), recorder)
    assert [bool(lav_names(logs)) for logs in recorder.epochs] == [False, False, False, True, False, True]


def test_a_value_of_a_list_tells_the_best_model_and_stops(
    two_lists: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WaveModel, "_best_logging_settings", lambda self: ("max", "lav_l1_eval_acc"))
    params = small_params(lav_every_n=1, epochs=9, output_dir=str(tmp_path / "run"), export_final=False)
    params.learning_rate.lr = 0.0
    params.early_stopping.n_to_go = 3
    logs = train(params)
    assert params.current_epoch == 3
    assert params.early_stopping.current == logs["lav_l1_eval_acc"]
    assert (tmp_path / "run" / "best").is_dir()


@pytest.mark.parametrize("silent", [True, False])
@pytest.mark.slow
def test_load_and_validate_is_silent_unless_asked_for(
    silent: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bars: list[dict[str, Any]] = []

    class Bar(tqdm.tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            bars.append(kwargs)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(tqdm, "tqdm", Bar)
    with caplog.at_level(logging.INFO):
        train(small_params(epochs=1, lav_every_n=1, lav_silent=silent))
    # None shows a bar on a terminal
    assert [bar["disable"] for bar in bars if bar["desc"] == "Evaluation"] == [True if silent else None]
    assert "LAV l0 Metrics" in caplog.text


# ---------------------------------------------------------------------- length of an epoch
def test_samples_per_epoch_and_scale_decide_what_is_trained() -> None:
    def trained(**changes: Any) -> int:
        trainer = WaveScenario.create_trainer(small_params(epochs=2, **changes))
        trainer.train()
        return int(trainer.scenario.keras_train_model.optimizer.iterations.numpy())

    assert trained() == 2 * (100 // 16)
    assert trained(samples_per_epoch=33) == 2 * 2
    assert trained(scale_epoch_size=0.5) == 2 * 3


# ---------------------------------------------------------------------- test of the model before the training
@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.slow
def test_a_model_that_cannot_be_exported_is_told_before_the_training(
    skip: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def fails(*args: Any) -> None:
        calls.append("written")
        raise ValueError("a table without a path")

    monkeypatch.setattr(writer, "write_saved_model", fails)
    recorder = Recorder()
    params = small_params(skip_model_load_test=skip, epochs=1)
    if skip:
        train(params, recorder)
        assert not calls
        assert len(recorder.epochs) == 1
    else:
        with pytest.raises(UserError, match="cannot be exported"):
            train(params, recorder)
        assert not recorder.steps


@pytest.mark.slow
def test_a_model_that_cannot_be_loaded_is_told_before_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    write = writer.write_saved_model

    def damaged(model: Any, root_graph: Any, path: str) -> None:
        write(model, root_graph, path)
        os.remove(os.path.join(path, "variables", "variables.index"))

    monkeypatch.setattr(writer, "write_saved_model", damaged)
    with pytest.raises(UserError, match="incomplete"):
        train(small_params(skip_model_load_test=False))


# ---------------------------------------------------------------------- own trainers and callbacks
class OwnCallback(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []

    def on_train_begin(self, logs=None):
        self.events.append("begin")

    def on_epoch_end(self, epoch, logs=None):
        self.events.append(f"epoch {epoch} {'val_loss' in logs} {'lav_l0_ce' in logs}")

    def on_train_end(self, logs=None):
        self.events.append("end")


class TwoStages(Trainer):
    """Trains a second time with other data, as programs written for 1.2 do."""

    own = None

    def setup_callbacks(self, optimizer, callbacks=None):
        self.own = OwnCallback()
        return super().setup_callbacks(optimizer, [*(callbacks or []), self.own])

    def train(self, callbacks=None, **kwargs):
        super().train(callbacks, **kwargs)
        self.params.current_epoch = 0
        self.params.early_stopping.current, self.params.early_stopping.n = 1, 0
        self.data.pipeline_by_mode(self.params.gen.setup.train.mode).generator_params.n = 32
        self.setup_steps_per_epoch()
        self.second = self.fit()
        return self.second


@pytest.mark.slow
def test_an_own_trainer_adds_callbacks_and_trains_a_second_stage(tmp_path: Path) -> None:
    params = small_params(lav_every_n=1, output_dir=str(tmp_path / "run"))
    given = OwnCallback()
    scenario = WaveScenario(params.scenario)
    trainer = TwoStages(params, scenario)
    logs = trainer.train(callbacks=[given])
    stage = ["begin", "epoch 0 True True", "epoch 1 True True", "end"]
    assert trainer.own is not None
    assert trainer.own.events == stage * 2
    assert given.events == stage * 2
    assert logs["lav_l0_ce"] == pytest.approx(logs["val_ce"], abs=1e-6)
    assert scenario.keras_train_model.optimizer.iterations.numpy() == 2 * 6 + 2 * 2


def test_no_checkpoint_is_written_if_none_is_wanted(tmp_path: Path) -> None:
    train(small_params(output_dir=str(tmp_path), write_checkpoints=False, export_final=False, export_best=False))
    stored = [path for path in tmp_path.rglob("*") if path.suffix in (".npz", ".index") or "variables" in path.name]
    assert stored == []


@pytest.mark.slow
def test_later_epochs_build_no_data_no_model_and_no_graph_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    traces: list[bool] = []
    build = WaveGraph.build_graph

    def counted(self: Any, inputs: Any, training: Any = None) -> Any:
        if not tf.executing_eagerly():
            traces.append(bool(training))
        return build(self, inputs, training)

    monkeypatch.setattr(WaveGraph, "build_graph", counted)
    counts = []
    for epochs in (2, 5):
        traces.clear()
        train(small_params(epochs=epochs, lav_every_n=1))
        counts.append(len(traces))
    # load-and-validate builds nothing anew in later epochs
    assert counts[0] == counts[1]


# ---------------------------------------------------------------------- what tfaip 1.2 did not do
@pytest.mark.slow
def test_the_parameters_of_a_finished_run_train_again(tmp_path: Path) -> None:
    train(small_params(output_dir=str(tmp_path / "a"), epochs=2))
    flags = ["--trainer.output_dir", str(tmp_path / "b"), "--trainer.progress_bar_mode", "0"]
    train_from_params.main([str(tmp_path / "a"), *flags])
    for run in ("a", "b"):
        manifest = json.loads((tmp_path / run / "checkpoint" / "epoch_0002" / "manifest.json").read_text())
        assert manifest["step"] == 12


@pytest.mark.slow
def test_only_a_training_repeats_its_data() -> None:
    trainer = WaveScenario.create_trainer(small_params())
    trainer.setup_data()
    with trainer.params.gen.train_data(trainer.data).generate_input_samples() as samples:
        assert len(list(samples)) == 100
    with trainer.params.gen.train_data(trainer.data).generate_input_samples(auto_repeat=True) as samples:
        assert len(list(itertools.islice(samples, 150))) == 150


@pytest.mark.parametrize("field", ["debug_graph_n_examples", "tensorboard_logger_history_size"])
def test_a_field_without_effect_says_so(field: str) -> None:
    (found,) = (f for f in dataclasses.fields(WaveScenarioParams) if f.name == field)
    assert "no effect" in found.metadata["help"]
