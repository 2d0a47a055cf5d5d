# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Numbers that cannot be right end a training before it begins; all that tfaip 1.2 gives a meaning stays valid."""

import functools
import math
from pathlib import Path
from typing import Any

import pytest

from test.scripts.runs import SCENARIO
from test.tinyscenario.scenario import TinyScenario
from tfaip import TrainerParams
from tfaip.params.ranges import check_ranges
from tfaip.scripts import train
from tfaip.trainer.optimizer import DEFAULT_OPTIMIZERS, AdamOptimizer
from tfaip.trainer.scheduler import DEFAULT_SCHEDULES
from tfaip.trainer.scheduler.cosine_decay_params import WarmupConstantCosineDecayParams
from tfaip.trainer.scheduler.warmup_decay_params import WarmupDecayParams
from tfaip.util.errors import UserValueError

NAN, INF = math.nan, math.inf


def params_with(path: str, value: Any) -> TrainerParams:
    params = TinyScenario.default_trainer_params()
    params.learning_rate = WarmupConstantCosineDecayParams()
    *parents, name = path.split(".")
    setattr(functools.reduce(getattr, parents, params), name, value)
    return params


BAD = {
    "epochs": [-1],
    "samples_per_epoch": [0],
    "scale_epoch_size": [0, -1, NAN, INF],
    "train_accum_steps": [0, -3],
    "progress_bar_mode": [7, -1],
    "progbar_delta_time": [-1, NAN],
    "tf_cpp_min_log_level": [-1],
    "val_every_n": [0, -1],
    "ema_decay": [NAN, 1, 1.5, -INF],
    "random_seed": [-1, 2**32],
    "learning_rate.lr": [NAN, INF, -0.1],
    "learning_rate.learning_circle": [0, -1],
    "learning_rate.lr_decay_rate": [NAN, -1],
    "learning_rate.decay_min_fraction": [NAN],
    "learning_rate.alpha": [NAN, -0.1],
    "learning_rate.warmup_factor": [0, -1],
    "learning_rate.constant_epochs": [-1],
    "optimizer.clip_norm": [NAN, -1],
    "optimizer.beta_1": [NAN, 1, -0.1],
    "optimizer.beta_2": [1.5],
    "optimizer.epsilon": [NAN, -1],
    "optimizer.weight_decay": [NAN, -1],
    "early_stopping.lower_threshold": [NAN],
    "early_stopping.upper_threshold": [NAN],
    "gen.setup.train.limit": [0],
    "gen.setup.val.limit": [0],
    "checkpoint_save_freq": ["daily", NAN],
}
GOOD = {
    "epochs": [0],
    "samples_per_epoch": [-1, 1],
    "progress_bar_mode": [0, 1, 2],
    "lav_every_n": [0, -1],
    "lav_min_epoch": [-1],
    "random_seed": [None, 0],
    "learning_rate.lr": [0, 0.0],
    "learning_rate.offset_epochs": [-2],
    "learning_rate.final_epochs": [0, -1],
    "learning_rate.warmup_epochs": [0, -1],
    "optimizer.clip_norm": [None, 0],
    "optimizer.beta_1": [0],
    "early_stopping.n_to_go": [-1, 0],
    "early_stopping.frequency": [0],
    "early_stopping.upper_threshold": [INF],
    "early_stopping.current": [NAN],
    "gen.setup.train.limit": [-1, 3],
    "gen.setup.train.prefetch": [-1, 0],
    "gen.setup.train.shuffle_buffer_size": [-1, 0],
    "checkpoint_save_freq": ["epoch", 0, 2, "2"],
}


def cases(table: dict[str, list]) -> list[tuple[str, Any]]:
    return [(path, value) for path, values in table.items() for value in values]


@pytest.mark.parametrize(("path", "value"), cases(BAD))
def test_number_that_cannot_be_right_is_refused_with_its_flag(path: str, value: Any) -> None:
    flag = path.removeprefix("gen.setup.") if "." in path else f"trainer.{path}"
    with pytest.raises(UserValueError, match=rf"where: +{flag}"):
        TinyScenario.create_trainer(params_with(path, value))


@pytest.mark.parametrize(("path", "value"), cases(GOOD))
def test_number_with_a_meaning_is_taken(path: str, value: Any) -> None:
    TinyScenario.create_trainer(params_with(path, value))


def test_automatic_moving_average_is_in_the_range() -> None:
    check_ranges(params_with("ema_decay", -1), "trainer")


@pytest.mark.parametrize("cls", [*DEFAULT_OPTIMIZERS, *DEFAULT_SCHEDULES, WarmupDecayParams], ids=lambda c: c.__name__)
def test_defaults_are_valid(cls: type) -> None:
    check_ranges(cls(), "x")


def test_number_that_is_set_after_the_trainer_was_created_is_refused(tmp_path: Path) -> None:
    params = params_with("output_dir", str(tmp_path / "run"))
    trainer = TinyScenario.create_trainer(params)
    params.optimizer = AdamOptimizer(epsilon=NAN)
    with pytest.raises(UserValueError, match=r"where: +optimizer.epsilon"):
        trainer.train()
    assert not (tmp_path / "run").exists()


def test_wrong_numbers_of_a_command_line_leave_no_directory(tmp_path: Path) -> None:
    args = ["--learning_rate.lr", "nan", "--trainer.progress_bar_mode", "7", "--val.limit", "0"]
    with pytest.raises(Exception, match="3 mistakes"):
        train.run_args([SCENARIO, "--trainer.output_dir", str(tmp_path / "run"), *args])
    assert not (tmp_path / "run").exists()
