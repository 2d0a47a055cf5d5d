# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The training that the resumed ones are compared with."""

import pytest

from test.trainer.resume.stopped import Recorder, params_of, run
from tfaip.trainer.trainer import Trainer
from waves.scenario import WaveScenario


@pytest.fixture(scope="session")
def never_stopped() -> tuple[Trainer, Recorder]:
    recorder = Recorder()
    return run(WaveScenario.create_trainer(params_of(None)), recorder), recorder
