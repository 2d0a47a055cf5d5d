# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training that was stopped within an epoch goes on with the next sample, to the same values bit by bit."""

import json
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from test.trainer.resume.stopped import STEPS, Recorder, assert_same_weights, params_of, run
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.trainer.checkpoint.frequency import SaveFrequency
from tfaip.trainer.checkpoint.generation import read_loop_state
from tfaip.trainer.checkpoint.retention import remove_old_generations
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError, UserValueError
from waves.scenario import WaveScenario


def test_a_training_goes_on_within_an_epoch_bit_by_bit(never_stopped, tmp_path: Path) -> None:
    expected, all_values = never_stopped
    folder = tmp_path / "run"
    run(WaveScenario.create_trainer(params_of(folder, checkpoint_save_freq="2 steps")), Recorder(stop_at=(1, 4)))
    assert (folder / "checkpoint" / "epoch_0001_step_000004" / "sums.npz").is_file()

    again = Recorder(stop_at=(2, 2))
    run(Trainer.restore_trainer(str(folder)), again)
    assert min(again.steps) == (1, 4)

    last = Recorder()
    trainer = run(Trainer.restore_trainer(str(folder)), last)
    assert min(last.steps) == (2, 2)
    for recorder in (again, last):
        assert recorder.steps == {key: all_values.steps[key] for key in recorder.steps}
        assert recorder.epochs == {key: all_values.epochs[key] for key in recorder.epochs}
    assert set(last.epochs) == {2}
    assert_same_weights(expected, trainer)


@pytest.mark.parametrize("changes", [{}, {"random_seed": None}], ids=["seed", "no seed"])
def test_a_training_goes_on_after_an_epoch_with_the_next_sample(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = tmp_path / "run"
    recorder = Recorder()
    run(WaveScenario.create_trainer(params_of(folder, checkpoint_sub_dir="state_{epoch}", **changes)), recorder)
    again = Recorder()
    run(Trainer.restore_trainer(str(folder / "state_1")), again)
    assert min(again.steps) == (1, 0)
    assert again.steps == {key: value for key, value in recorder.steps.items() if key >= (1, 0)}
    assert again.epochs == {key: recorder.epochs[key] for key in (1, 2)}


def go_on_with(never_stopped, folder: Path, num_processes: int) -> None:
    expected, all_values = never_stopped
    params = params_of(folder, checkpoint_save_freq="3 steps")
    run(WaveScenario.create_trainer(params), Recorder(stop_at=(1, 3), every_step=False))
    trainer = Trainer.restore_trainer(str(folder))
    trainer.params.scenario.data.pre_proc.run_parallel = num_processes > 0
    trainer.params.gen.setup.train.num_processes = num_processes
    recorder = Recorder(every_step=False)
    run(trainer, recorder)
    assert recorder.epochs == {key: all_values.epochs[key] for key in recorder.epochs}
    assert 2 in recorder.epochs
    assert_same_weights(expected, trainer)


def test_several_steps_in_a_call_change_nothing(never_stopped, tmp_path: Path) -> None:
    go_on_with(never_stopped, tmp_path / "run", 0)


@pytest.mark.slow
def test_workers_change_nothing(never_stopped, tmp_path: Path) -> None:
    go_on_with(never_stopped, tmp_path / "run", 2)


class Rearranging(TFDatasetGenerator):
    """Makes batches of which nobody knows from which samples they are."""

    def _transform(self, dataset):
        kept = dataset.enumerate().filter(lambda i, _: i % 5 != 3).map(lambda _, sample: sample)
        return kept.shuffle(4, seed=2).flat_map(lambda *sample: tf.data.Dataset.from_tensors(sample).repeat(2))


@pytest.mark.parametrize("num_processes", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_a_training_whose_batches_tensorflow_makes_goes_on_bit_by_bit(monkeypatch, tmp_path, caplog, num_processes):
    monkeypatch.setattr(DataPipeline, "_create_tf_dataset_generator", lambda pipeline: Rearranging(pipeline))
    caplog.set_level("INFO")
    recorder = Recorder(every_step=False)
    whole = run(WaveScenario.create_trainer(params_of(None)), recorder), recorder
    go_on_with(whole, tmp_path / "run", num_processes)
    assert "batches again that were trained on" in caplog.text
    manifest = json.loads((tmp_path / "run" / "checkpoint" / "epoch_0003" / "manifest.json").read_text())
    assert {"epoch": 0, "index": 0, "batches": 3 * STEPS}.items() <= manifest["position"].items()


@pytest.mark.slow
def test_a_training_whose_batches_tensorflow_does_not_make_any_more_begins_the_pass_anew(
    monkeypatch, tmp_path: Path, caplog
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(DataPipeline, "_create_tf_dataset_generator", lambda pipeline: Rearranging(pipeline))
        run(WaveScenario.create_trainer(params_of(tmp_path / "run", epochs=1)), Recorder(every_step=False))
    trainer = Trainer.restore_trainer(str(tmp_path / "run"))
    trainer.params.epochs = 2
    run(trainer, Recorder(every_step=False))
    assert "go on at the beginning of pass 0" in caplog.text


def test_checkpoints_within_an_epoch_go_when_it_ends_and_state_the_position(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(WaveScenario.create_trainer(params_of(folder, checkpoint_save_freq="1 step")), Recorder(stop_at=(2, 3)))
    names = sorted(path.name for path in (folder / "checkpoint").iterdir())
    # that of the step in which a callback failed would lack what it has not done
    assert names == ["epoch_0001", "epoch_0002", "epoch_0002_step_000002", "epoch_0002_step_000003"]
    manifest = json.loads((folder / "checkpoint" / "epoch_0002_step_000003" / "manifest.json").read_text())
    assert (manifest["epoch"], manifest["step"], manifest["step_in_epoch"]) == (2, 2 * STEPS + 3, 3)
    assert set(manifest["position"]) >= {"seed", "epoch", "index", "buffered"}


@pytest.mark.slow
def test_checkpoints_are_written_after_just_so_many_steps(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    params = params_of(folder, checkpoint_save_freq="30 steps", epochs=1)
    params.gen.train.n = 4 * 200
    run(WaveScenario.create_trainer(params), Recorder(stop_at=(0, 95), every_step=False))
    names = sorted(path.name for path in (folder / "checkpoint").iterdir())
    assert names in (
        ["epoch_0000_step_000060", "epoch_0000_step_000090"],
        ["epoch_0000_step_000090", "epoch_0000_step_000120"],
    )


def test_damaged_sums_and_positions_are_told_and_name_another_checkpoint(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(WaveScenario.create_trainer(params_of(folder, checkpoint_save_freq="2 steps")), Recorder(stop_at=(1, 4)))
    root = folder / "checkpoint"
    older, newest = root / "epoch_0001_step_000002", root / "epoch_0001_step_000004"
    (older / "sums.npz").write_bytes(b"")
    with pytest.raises(UserError, match=r"checksum does not agree[\s\S]*epoch_0001_step_000004"):
        Trainer.restore_trainer(str(older)).train()
    manifest = json.loads((older / "manifest.json").read_text())
    manifest["position"]["epoch"] = -1
    del manifest["sha256"]["sums.npz"]
    (older / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UserError, match="manifest is damaged"):
        Trainer.restore_trainer(str(older)).train()
    manifest = json.loads((newest / "manifest.json").read_text())
    manifest["position"]["epoch"] = -1
    (newest / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UserError, match="position in the data is damaged"):
        read_loop_state(str(newest), manifest)


@pytest.mark.slow
def test_a_checkpoint_without_a_position_goes_on_with_a_pass_not_seen_before(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(WaveScenario.create_trainer(params_of(folder, epochs=1)), Recorder())
    filename = folder / "checkpoint" / "epoch_0001" / "manifest.json"
    manifest = json.loads(filename.read_text())
    del manifest["position"], manifest["step_in_epoch"]
    filename.write_text(json.dumps(manifest))
    trainer = Trainer.restore_trainer(str(folder))
    trainer.params.epochs = 2
    recorder = Recorder(stop_at=(1, 0))
    run(trainer, recorder)
    pipeline = trainer.params.gen.train_data(trainer.data)
    assert pipeline.epoch >= 1


def test_a_checkpoint_is_due_by_steps_or_time() -> None:
    assert SaveFrequency.of("epoch") == SaveFrequency.of(1) == SaveFrequency.of("1 epoch") == SaveFrequency(epochs=1)
    assert SaveFrequency.of("3 epochs") == SaveFrequency.of("3") == SaveFrequency(epochs=3)
    assert SaveFrequency.of(0) == SaveFrequency.of("0 steps") == SaveFrequency(epochs=0)
    steps, minutes = SaveFrequency.of("100 steps"), SaveFrequency.of("10 min")
    assert (steps.epochs, minutes.epochs) == (1, 1)
    assert [steps.is_due(99, 1e9), steps.is_due(100, 0)] == [False, True]
    assert [minutes.is_due(10**9, 599), minutes.is_due(0, 600)] == [False, True]
    assert not SaveFrequency.of("epoch").is_due(10**9, 1e9)


@pytest.mark.parametrize("value", ["daily", "10 sec", "-1 steps", "min", 1.5, None, True])
def test_a_frequency_that_is_not_understood_is_told(value: Any) -> None:
    with pytest.raises(UserValueError, match="frequency of the checkpoints"):
        SaveFrequency.of(value)


def test_old_generations_within_epochs_are_removed_but_not_the_present_one(tmp_path: Path) -> None:
    names = ["epoch_0001", "epoch_0002", "epoch_0003", "epoch_0002_step_000009", "epoch_0003_step_000010"]
    names += ["epoch_0003_step_000002", "epoch_0003_step_000100"]
    for name in names:
        (tmp_path / "checkpoint" / name).mkdir(parents=True)
    params = params_of(tmp_path, saved_checkpoint_sub_dir="checkpoint/epoch_0003_step_000002")
    remove_old_generations(params)
    kept = {path.name for path in (tmp_path / "checkpoint").iterdir()}
    assert kept == {*names[1:3], *names[4:]}
