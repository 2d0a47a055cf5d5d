# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Another program gets the values of a training, and nothing that it does harms the training."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

import keras
import pytest

from test.trainer.resume.stopped import STEPS, Recorder, Stopped, params_of
from tfaip.trainer.callbacks.exporters import exporter as exporter_module
from tfaip.trainer.callbacks.exporters.creation import exported_run
from tfaip.trainer.callbacks.exporters.exporter import ExportedRun, Exporter
from tfaip.trainer.trainer import Trainer
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario

DEADLINE = 60


class Fake(Exporter):
    label = "Fake"

    def __init__(self, run: ExportedRun, fail_at: str = ""):
        super().__init__(run)
        self.calls: list[Any] = []
        self.fail_at = fail_at
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def _call(self, name: str, *values: Any) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self.may_go_on.wait(DEADLINE)
        self.calls.append((name, *values))
        if name == self.fail_at:
            raise ConnectionError("nobody is there")

    def begin(self, known_id: Optional[str]) -> str:
        self._call("begin", known_id)
        return known_id or "id-1"

    def write(self, values: Mapping[str, float], step: int, seconds: float) -> None:
        self._call("write", dict(values), step)

    def end(self, is_complete: bool) -> None:
        self._call("end", is_complete)


def train(folder: Optional[Path], *callbacks: keras.callbacks.Callback, fail_at: str = "", **changes: Any) -> Fake:
    trainer = WaveScenario.create_trainer(params_of(folder, **changes))
    fake = Fake(exported_run(trainer), fail_at)
    trainer.train(callbacks=[fake, *callbacks])
    return fake


def test_the_values_of_each_epoch_are_handed_over(tmp_path: Path) -> None:
    recorder = Recorder()
    fake = train(tmp_path, recorder)
    writes = [("write", {**recorder.epochs[epoch], "epoch": epoch + 1}, (epoch + 1) * STEPS) for epoch in range(3)]
    assert fake.calls == [("begin", None), *writes, ("end", True)]


def test_the_run_and_its_parameters(tmp_path: Path) -> None:
    params = params_of(tmp_path)
    params.record.project = "research"
    run = exported_run(WaveScenario.create_trainer(params))
    assert (run.name, run.project, run.output_dir) == (tmp_path.name, "research", str(tmp_path))
    assert run.params["epochs"] == 3
    assert not [name for name in run.params if name.startswith("record")]
    other = exported_run(WaveScenario.create_trainer(params_of(None)))
    assert (other.name, other.project, other.output_dir) == ("WaveScenario", "WaveScenario", None)


def test_a_resumed_run_goes_on_there_and_a_failed_one_is_ended(tmp_path: Path) -> None:
    trainer = WaveScenario.create_trainer(params_of(tmp_path))
    first = Fake(exported_run(trainer))
    with pytest.raises(Stopped):
        trainer.train(callbacks=[first, Recorder(stop_at=(1, 3))])
    assert first.calls[-1] == ("end", False)
    restored = Trainer.restore_trainer(str(tmp_path))
    second = Fake(exported_run(restored))
    restored.train(callbacks=[second])
    assert second.calls[0] == ("begin", "id-1")
    assert [call[2] for call in second.calls if call[0] == "write"] == [2 * STEPS, 3 * STEPS]


def test_a_new_training_is_a_new_run_there(tmp_path: Path) -> None:
    train(tmp_path, epochs=1)
    assert train(tmp_path, epochs=1).calls[0] == ("begin", None)


@pytest.mark.parametrize("fail_at", ["begin", "write", "end"])
def test_a_failure_is_told_once_and_the_training_goes_on(fail_at: str, caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()
    fake = train(None, recorder, fail_at=fail_at)
    assert len(recorder.epochs) == 3
    expected = {"begin": ["begin"], "write": ["begin", "write", "end"], "end": ["begin", *3 * ["write"], "end"]}
    assert [call[0] for call in fake.calls] == expected[fail_at]
    assert caplog.text.count("is not exported to Fake any more (ConnectionError: nobody is there)") == 1


def test_a_program_that_hangs_does_not_keep_the_training(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(exporter_module, "SECONDS_TO_CLOSE", 0.1)
    monkeypatch.setattr(exporter_module, "MAX_WAITING", 2)
    trainer = WaveScenario.create_trainer(params_of(None, epochs=4))
    fake = Fake(exported_run(trainer))
    fake.may_go_on.clear()
    recorder = Recorder()
    trainer.train(callbacks=[fake, recorder])
    assert len(recorder.epochs) == 4
    assert fake.calls == []
    assert caplog.text.count("is not exported to Fake any more (it is too slow)") == 1
    fake.may_go_on.set()


@pytest.mark.parametrize("name", ["mlflow", "wandb"])
def test_a_package_that_is_missing_is_told_before_anything_starts(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    params = params_of(tmp_path)
    setattr(params.record, name, True)
    with pytest.raises(UserError, match=f"The package {name} is not installed"):
        WaveScenario.create_trainer(params)
