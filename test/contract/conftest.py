# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One training of the program, with two stages, that all its tests look at."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from test.contract.program import lines


@dataclass
class Run:
    """A finished training.

    Attributes:
        folder: Its output directory.
        flags: The flags for its data.
        trainer: Its trainer.
        logs: What the training returned.
        events: What a callback of the user saw.
    """

    folder: Path
    flags: list[str]
    trainer: Any
    logs: dict[str, Any]
    events: list[str]

    @property
    def model(self) -> str:
        """The path of the best model."""
        return str(self.folder / "best.ckpt")


QUIET = ["--trainer.progress_bar_mode", "0", "--trainer.progress_bar", "False"]


def data_flags(folder: Path) -> list[str]:
    lines.write_files(folder / "train", 16)
    lines.write_files(folder / "val", 4, seed=1)
    train, val = [[f"--{name}.images", str(folder / name / "*.npy")] for name in ("train", "val")]
    sizes = ["--train.batch_size", "8", "--train.num_processes", "1", "--val.num_processes", "1"]
    return [*train, *val, *sizes, *QUIET]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    # imported late: names and fields are tested without the program
    import keras

    from test.contract.program.scenario import LineScenario
    from test.contract.program.scripts.train import parse_args
    from tfaip.util.logging import WriteToLogFile

    events: list[str] = []

    class Recorder(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            events.append("begin")

        def on_epoch_end(self, epoch, logs=None):
            events.append(f"epoch {epoch} {sorted(logs)}")

    folder = tmp_path_factory.mktemp("program")
    flags = data_flags(folder)
    output = ["--trainer.output_dir", str(folder / "run"), "--trainer.epochs", "1"]
    params = parse_args([*flags, *output, "--n_augmentations", "1", "--trainer.random_seed", "5"])
    # what pytest has set up, programs find at INFO
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.INFO)
    with WriteToLogFile(params.output_dir, append=False):
        trainer = LineScenario.create_trainer(params)
        logs = trainer.train(callbacks=[Recorder()])
    logging.getLogger().setLevel(level)
    return Run(folder / "run", flags, trainer, logs, events)
