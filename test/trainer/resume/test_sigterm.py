# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training that gets SIGTERM leaves a checkpoint of the last step, with which it goes on bit by bit."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Callable

import keras
import numpy as np
import pytest

from test.trainer.resume.stopped import STEPS, Recorder, assert_same_weights, params_of, run
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.tfdatasetgenerator import TFDatasetGenerator
from tfaip.trainer.callbacks.tensor_board_callback import TensorBoardCallback
from tfaip.trainer.loop.feed import Feed
from tfaip.trainer.loop.validation import Validation
from tfaip.trainer.trainer import Trainer
from tfaip.util.termination import Terminated
from waves.data import WaveGenerator
from waves.scenario import WaveScenario

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


class Counts(keras.callbacks.Callback):
    """A callback of a user with a state, and a signal at one of its calls."""

    def __init__(self, moment: tuple[Any, ...] = ()):
        super().__init__()
        self.moment = moment
        self.calls = {"epoch_begin": 0, "step": 0, "epoch_end": 0}
        self.losses = np.zeros(3)

    def get_state(self):
        return {"calls": self.calls, "losses": self.losses}

    def set_state(self, state):
        self.calls, self.losses = state["calls"], state["losses"]

    def _count(self, name: str, *place: int) -> None:
        self.calls[name] += 1
        if self.moment == (name, *place):
            terminate()

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        self._count("epoch_begin", epoch)

    def on_train_batch_end(self, batch, logs=None):
        self._count("step", self.epoch, batch)

    def on_epoch_end(self, epoch, logs=None):
        self.losses[epoch] = logs["loss"]
        self._count("epoch_end", epoch)


def at_call(cls: type, name: str, number: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Let the n-th call of a method get the signal when it has done its work."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        original, calls = getattr(cls, name), []

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(self, *args, **kwargs)
            calls.append(args)
            if len(calls) == number:
                terminate()
            return result

        monkeypatch.setattr(cls, name, method)

    return patch


MOMENTS = [
    (("epoch_begin", 0), None, None),
    (("epoch_begin", 1), None, "epoch_0001"),
    (("step", 1, 2), None, "epoch_0001_step_000003"),
    (("step", 1, STEPS - 1), None, f"epoch_0001_step_{STEPS:06d}"),
    (("epoch_end", 1), None, f"epoch_0001_step_{STEPS:06d}"),
    ((), at_call(Feed, "take", STEPS + 3), "epoch_0001_step_000002"),
    ((), at_call(Validation, "prepare", 1), None),
    ((), at_call(Validation, "run", 2), f"epoch_0001_step_{STEPS:06d}"),
    ((), at_call(WaveScenario, "export", 1), f"epoch_0000_step_{STEPS:06d}"),
    ((), at_call(Trainer, "setup_model", 1), None),
]


QUICK = (1, 2, 7)


@pytest.mark.parametrize(
    ("moment", "patch", "checkpoint"),
    [pytest.param(*moment, marks=() if i in QUICK else pytest.mark.slow) for i, moment in enumerate(MOMENTS)],
)
def test_training_goes_on_as_if_it_had_not_been_ended(
    never_stopped: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog, moment, patch, checkpoint
) -> None:
    folder = tmp_path / "run"
    ended, counts = Recorder(), Counts(moment)
    trainer = WaveScenario.create_trainer(params_of(folder, export_best=True))
    with monkeypatch.context() as patched, pytest.raises(Terminated) as caught:
        if patch is not None:
            patch(patched)
        trainer.train(callbacks=[ended, counts])
    assert caught.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    newest = folder / "checkpoint" / checkpoint if checkpoint else None
    if newest is not None:
        assert f"The checkpoint is {newest}. Go on with: tfaip-resume-training {folder}" in caplog.text
        assert (newest / "manifest.json").is_file()
    elif folder.exists():
        assert f"Start at the beginning with: tfaip-resume-training {folder}" in caplog.text
    else:
        assert "It had not begun" in caplog.text
        return

    recorder, counts = Recorder(), Counts()
    resumed = Trainer.restore_trainer(str(folder))
    resumed.train(callbacks=[recorder, counts])
    expected, all_values = never_stopped
    assert {**ended.epochs, **recorder.epochs} == all_values.epochs
    assert {**ended.steps, **recorder.steps} == all_values.steps
    assert_same_weights(expected, resumed)
    # an epoch within which the training goes on begins twice; what it had counted by then is what counts
    assert counts.calls == {"epoch_begin": 3, "step": 3 * STEPS, "epoch_end": 3}
    assert counts.losses.tolist() == [all_values.epochs[epoch]["loss"] for epoch in range(3)]


@pytest.mark.slow
def test_training_that_is_ended_again_and_again_ends_as_if_it_had_not_been(
    never_stopped: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    recorder = Recorder()
    trainer = WaveScenario.create_trainer(params_of(folder))
    # the second time no step is done between the first checkpoint and the next one
    for patch in (at_call(Validation, "run", 2), at_call(TensorBoardCallback, "on_epoch_end", 1), None):
        with monkeypatch.context() as patched, pytest.raises(Terminated):
            if patch is not None:
                patch(patched)
            trainer.train(callbacks=[recorder, Counts(("epoch_begin", 2))])
        trainer = Trainer.restore_trainer(str(folder))
    trainer.train(callbacks=[recorder, Counts()])
    expected, all_values = never_stopped
    assert recorder.epochs == all_values.epochs
    assert_same_weights(expected, trainer)


class Mapped(TFDatasetGenerator):
    def _transform(self, dataset):
        return dataset.map(lambda *sample: sample)


def test_a_training_that_waits_for_batches_of_tensorflow_is_ended_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    generate = WaveGenerator.generate
    deadline = time.monotonic() + 120
    recorder = Recorder()
    is_sent = False

    def stuck(self: WaveGenerator) -> Any:
        nonlocal is_sent
        for index, sample in enumerate(generate(self)):
            # a second signal would end the tests
            if self.params.n == 30 and index == 21 and not is_sent:
                is_sent = True
                while (0, 4) not in recorder.steps and time.monotonic() < deadline:
                    time.sleep(0.02)
                time.sleep(0.5)  # now it waits
                terminate()
                while not list(folder.glob("checkpoint/*/manifest.json")) and time.monotonic() < deadline:
                    time.sleep(0.02)
            yield sample

    monkeypatch.setattr(DataPipeline, "_create_tf_dataset_generator", lambda pipeline: Mapped(pipeline))
    monkeypatch.setattr(WaveGenerator, "generate", stuck)
    params = params_of(folder)
    params.gen.setup.train.shuffle_buffer_size = 1
    with pytest.raises(Terminated):
        WaveScenario.create_trainer(params).train(callbacks=[recorder])
    assert time.monotonic() < deadline, "it was noticed when the generator went on only"
    assert [path.name for path in (folder / "checkpoint").iterdir()] == ["epoch_0000_step_000005"]


def test_training_without_checkpoints_says_so(tmp_path: Path, caplog) -> None:
    params = params_of(tmp_path / "run", write_checkpoints=False)
    with pytest.raises(Terminated):
        WaveScenario.create_trainer(params).train(callbacks=[Counts(("step", 1, 2))])
    assert "There is no checkpoint yet" in caplog.text
    assert not (tmp_path / "run" / "checkpoint").exists()


def test_training_without_a_directory_says_so(caplog) -> None:
    with pytest.raises(Terminated):
        WaveScenario.create_trainer(params_of(None)).train(callbacks=[Counts(("step", 1, 2))])
    assert "no output directory" in caplog.text


@pytest.mark.slow
def test_interrupt_by_the_user_writes_no_checkpoint(tmp_path: Path) -> None:
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        WaveScenario.create_trainer(params_of(tmp_path / "run")).train(callbacks=[Interrupt()])
    assert not (tmp_path / "run" / "checkpoint").exists()


def test_state_of_a_callback_that_cannot_be_stored_is_told_at_the_start(tmp_path: Path) -> None:
    class Wrong(keras.callbacks.Callback):
        def get_state(self):
            return {"fine": 1, "model": [self.model]}

    with pytest.raises(
        Exception, match=r"state of a callback(.|\n)*Wrong.get_state\(\)\['model'\]\[0\](.|\n)*Training"
    ):
        run(WaveScenario.create_trainer(params_of(tmp_path / "run")), Wrong())
