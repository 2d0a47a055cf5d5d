# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A training whose workers are killed gives the numbers of one whose workers live."""

import contextlib
import os
import random
import signal
import threading
from typing import Any

import keras
import pytest

from test.trainer.test_trainer import children_of_workers, small_params
from waves.scenario import WaveScenario


class Killer(keras.callbacks.Callback):
    """Kills workers at random, a few at most until something goes on: five that die while they start are told."""

    def __init__(self) -> None:
        super().__init__()
        self.killed: list[str] = []
        self._n_without_progress = 0
        self._others = set(children_of_workers())
        self._random = random.Random(1)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._kill_now_and_then, daemon=True)

    def on_train_begin(self, logs: Any = None) -> None:
        self._thread.start()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._n_without_progress = 0

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self._n_without_progress = 0

    def on_train_end(self, logs: Any = None) -> None:
        self._ends.set()
        self._thread.join()

    def _kill_now_and_then(self) -> None:
        while not self._ends.wait(self._random.uniform(1.0, 4.0)):
            workers = sorted(set(children_of_workers()) - self._others)
            if workers and self._n_without_progress < 3:
                self._n_without_progress += 1
                pid = self._random.choice(workers)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
                self.killed.append(pid)


def train(*callbacks: keras.callbacks.Callback) -> dict[str, Any]:
    params = small_params(epochs=1, random_seed=5, lav_every_n=1)
    params.gen.train.n = 400
    params.gen.val.n = 200
    params.scenario.data.pre_proc.run_parallel = True
    params.scenario.data.post_proc.run_parallel = True
    params.gen.setup.train.num_processes = 2
    params.gen.setup.val.num_processes = 2
    return WaveScenario.create_trainer(params).train(callbacks=list(callbacks))


@pytest.mark.slow
def test_killed_workers_of_training_validation_and_lav_change_no_number() -> None:
    expected = train()
    killer = Killer()
    assert train(killer) == expected
    assert len(set(killer.killed)) >= 2
