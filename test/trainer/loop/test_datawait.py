# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training tells how much of its time it waits for data, and warns once."""

import logging
import threading
import time
from types import SimpleNamespace
from typing import Any, Optional

import keras
import pytest

from tfaip.trainer.callbacks.progbar import TFAIPProgbarLogger
from tfaip.trainer.loop import datawait
from tfaip.trainer.loop.datawait import SECONDS_TO_BE_SURE, DataWait


class Training:
    """The times of a training whose clock the test has in its hands."""

    def __init__(self, n_processes: int = 2):
        self.feed = SimpleNamespace(seconds_waited=0.0)
        times = SimpleNamespace(n_processes=n_processes, seconds_waited_for_workers=0.0)
        self.pipeline: Any = SimpleNamespace(times=times, skipped_samples=[])
        self.data_wait = DataWait(self.feed, self.pipeline, "package:Scenario")

    def steps(self, seconds: float, waited: float, for_workers: float = 0.0) -> None:
        self.feed.seconds_waited += waited
        self.pipeline.times.seconds_waited_for_workers += for_workers
        self.data_wait.add(seconds)


@pytest.fixture(autouse=True)
def _warnings(caplog):
    caplog.set_level(logging.WARNING, datawait.__name__)


def test_the_share_is_that_of_the_epoch_without_the_start() -> None:
    training = Training()
    assert training.data_wait.share is None
    training.steps(100, 99)
    assert training.data_wait.share is None
    training.steps(2, 0.5)
    training.steps(2, 1.5)
    assert training.data_wait.share == 0.5
    training.data_wait.begin_epoch()
    training.steps(4, 1)
    assert training.data_wait.share == 0.25


def test_it_warns_once_with_a_number_when_it_is_sure(caplog) -> None:
    training = Training()
    training.steps(100, 99)
    training.steps(SECONDS_TO_BE_SURE / 2, SECONDS_TO_BE_SURE / 4, SECONDS_TO_BE_SURE / 4)
    assert not caplog.messages
    for _ in range(100):
        training.steps(SECONDS_TO_BE_SURE / 2, SECONDS_TO_BE_SURE / 4, SECONDS_TO_BE_SURE / 4)
        training.data_wait.begin_epoch()
    (message,) = caplog.messages
    assert "waits 50 % of its time for data" in message
    assert "raise --train.num_processes (now 2" in message
    assert "tfaip-benchmark-input-pipeline package:Scenario" in message


def test_it_does_not_advise_more_workers_if_the_main_process_binds(caplog) -> None:
    training = Training()
    training.steps(1, 1)
    training.steps(SECONDS_TO_BE_SURE, SECONDS_TO_BE_SURE / 2)
    assert "more than 2 worker processes would not help" in caplog.messages[0]


def test_it_advises_workers_if_there_are_none(caplog) -> None:
    training = Training(n_processes=0)
    training.steps(1, 1)
    training.steps(SECONDS_TO_BE_SURE, SECONDS_TO_BE_SURE / 2)
    assert "processors run in the main process (see --train.num_processes" in caplog.messages[0]


@pytest.mark.parametrize("waited", [0.0, 0.1, None])
def test_a_training_that_hardly_waits_does_not_warn(caplog, waited: Optional[float]) -> None:
    training = Training()
    for _ in range(100):
        training.data_wait.add(SECONDS_TO_BE_SURE)
        training.feed.seconds_waited = (
            None if waited is None else training.feed.seconds_waited + waited * SECONDS_TO_BE_SURE
        )
    assert not caplog.messages


def test_the_progress_shows_the_share_and_the_skipped_samples(capsys) -> None:
    training = Training()
    training.steps(1, 1)
    training.steps(4, 1)
    training.pipeline.skipped_samples = [None, None]
    bar = TFAIPProgbarLogger(mode=2)
    bar.set_params({"epochs": 1, "steps": 10})
    bar.set_model(SimpleNamespace(data_wait=training.data_wait))
    bar.on_epoch_begin(0)
    bar.view.delta_time = 0
    bar.on_train_batch_end(4, {"loss": 0.5})
    assert "loss: 0.5000 - data_wait: 0.2500 - skipped_samples: 2" in capsys.readouterr().out


class SlowSteps(keras.callbacks.Callback):
    """Keeps what the training knew."""

    supports_steps_per_call = True
    share: Optional[float] = None
    logs: Any = None

    def on_epoch_end(self, epoch, logs=None):
        self.share = self.model.data_wait.share
        self.logs = dict(logs)


@pytest.mark.parametrize(("seconds_per_sample", "is_bound"), [(0.02, True), (0.0, False)])
def test_a_training_knows_whether_the_data_bind_it(monkeypatch, caplog, seconds_per_sample, is_bound) -> None:
    from test.trainer.test_trainer import small_params
    from tfaip.trainer.loop.feed import Feed
    from waves.data import WaveGenerator
    from waves.scenario import WaveScenario

    generate, run = WaveGenerator.generate, Feed.run
    first_call_ended = threading.Event()

    def slowly(self):
        for number, sample in enumerate(generate(self)):
            # so that the data do not get ahead of the steps while the graph is built
            if is_bound and number >= params.gen.setup.train.batch_size:
                first_call_ended.wait(600)
            time.sleep(seconds_per_sample)
            yield sample

    def consume_slowly(self, n, step, epoch):
        time.sleep(0.0 if is_bound else 0.5)
        n_steps = run(self, n, step, epoch)
        first_call_ended.set()
        return n_steps

    monkeypatch.setattr(WaveGenerator, "generate", slowly)
    monkeypatch.setattr(Feed, "run", consume_slowly)
    monkeypatch.setattr(datawait, "SECONDS_TO_BE_SURE", 0.5)
    seen = SlowSteps()
    params = small_params(epochs=1)
    params.gen.setup.train.num_processes = params.gen.setup.val.num_processes = 0
    WaveScenario.create_trainer(params).train(callbacks=[seen])
    assert seen.share is not None
    assert (seen.share > datawait.MUCH) == is_bound
    assert bool([m for m in caplog.messages if "of its time for data" in m]) == is_bound
    assert "data_wait" not in seen.logs
