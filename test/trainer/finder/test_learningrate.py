# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``lr_find`` suggests a rate that trains, takes everything back and writes nothing but its picture."""

import logging
import math
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from test.trainer.test_trainer import small_params
from test.trainer.test_updates import assert_same, variables
from tfaip.scripts import train
from tfaip.trainer.finder.curve import LossCurve
from tfaip.trainer.finder.learningrate import _tell, find_learning_rate, ramp_of
from tfaip.trainer.finder.svgplot import svg_of
from tfaip.trainer.scheduler import ChainedParams, Constant, LearningRateParams
from tfaip.trainer.scheduler.schedule_weightdecay import WeightDecaySchedule
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario


def curve_of(loss_of, n: int = 100) -> LossCurve:
    curve = LossCurve()
    for i in range(n):
        rate = 1e-7 * 10 ** (8 * i / (n - 1))
        if not curve.add(rate, loss_of(rate)):
            break
    return curve


def falling(rate: float) -> float:
    # falls fastest at 1e-3, diverges at 1
    return 1 + 1 / (1 + (rate / 1e-3) ** 1.5) + max(0.0, rate - 1) * 30


def test_the_suggestion_is_where_the_loss_falls_fastest() -> None:
    curve = curve_of(falling)
    suggestion = curve.suggestion()
    assert suggestion is not None
    # smoothing shifts it a little
    assert 5e-4 < suggestion < 2e-2
    assert curve.rates[-1] < 5


@pytest.mark.parametrize("loss", [lambda rate: 1.0, lambda rate: 1 + rate, lambda rate: math.nan])
def test_there_is_no_suggestion_where_the_loss_does_not_fall(loss) -> None:
    assert curve_of(loss).suggestion() is None


def test_a_negative_loss_may_fall_on() -> None:
    assert len(curve_of(lambda rate: -5 - rate).rates) == 100


def test_the_picture_is_svg() -> None:
    root = ET.fromstring(svg_of(curve_of(falling)))
    assert root.tag.endswith("svg")
    texts = [element.text for element in root.iter() if element.text]
    assert "learning rate" in texts
    assert "1e-3" in texts


@pytest.mark.slow
def test_everything_is_taken_back_and_the_suggestion_trains() -> None:
    params = small_params(lr_find=True, ema_decay=0.9, train_accum_steps=2)
    params.gen.train.n = 800
    trainer = WaveScenario.create_trainer(params)
    seen = []
    search = trainer._search

    def look() -> dict:
        seen.append(variables(trainer))
        curve = find_learning_rate(trainer)
        seen.append(variables(trainer))
        seen.append(curve)
        return search() and {}

    trainer._search = look  # type: ignore[method-assign]
    assert trainer.train() == {}
    assert_same(seen[0], seen[1])
    suggestion = seen[2].suggestion()
    assert suggestion is not None
    assert seen[2].smooth[0] > min(seen[2].smooth)
    losses = []
    for rate in (1e-6, suggestion):
        again = small_params(epochs=2)
        again.gen.train.n = 800
        again.learning_rate.lr = rate
        losses.append(WaveScenario.create_trainer(again).train()["loss"])
    assert losses[1] < losses[0]


@pytest.mark.slow
def test_the_program_writes_the_picture_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    flags = ["--trainer.lr_find", "True", "--trainer.lr_find_steps", "20", "--train.n", "64"]
    with caplog.at_level(logging.INFO):
        assert train.run_args(["waves.scenario:WaveScenario", *flags, "--trainer.output_dir", str(run)]) == 0
    assert [path.name for path in run.iterdir()] == ["lr_find.svg"]
    assert "Tried 20 learning rates" in caplog.text or "Tried" in caplog.text
    assert np.isfinite(len((run / "lr_find.svg").read_text()))


def test_a_weight_decay_is_that_of_the_base_rate_at_each_rate_that_is_tried() -> None:
    ramp = ramp_of(small_params(lr_find=True)).create()
    decay = WeightDecaySchedule(0.25, ramp)
    assert [float(decay(step)) for step in (0, 50, 99)] == [0.25] * 3


@pytest.mark.parametrize(
    ("schedule", "flag"), [(Constant(), "--learning_rate.lr"), (ChainedParams(), "--learning_rate.parts.0.lr")]
)
def test_the_flag_that_is_suggested_sets_the_rate(
    schedule: LearningRateParams, flag: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        _tell(curve_of(falling), small_params(output_dir=str(tmp_path), learning_rate=schedule))
    assert f"falls fastest with: {flag} " in caplog.text


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(UserError, match="no learning rate to try"):
        WaveScenario.create_trainer(small_params(lr_find=True, lr_find_max=1e-8)).train()


def test_a_resumed_run_searches_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not when it is resumed"):
        WaveScenario.create_trainer(small_params(lr_find=True, output_dir=str(tmp_path)), restore=True)
