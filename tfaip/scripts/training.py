# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the programs that train have in common."""

import contextlib
import os
from typing import TYPE_CHECKING, Iterator, Optional

from tfaip.scenario.paramsfile import find_params_file, read_params_dict
from tfaip.scenario.storedparams import check_stored_params
from tfaip.scripts.outputdir import OutputDir
from tfaip.util.errors import UserError
from tfaip.util.logging import WriteToLogFile
from tfaip.util.tfaipargparse import post_init

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams
    from tfaip.trainer.trainer import Trainer


# a directory without any of these has not been trained in for a whole epoch
RUN_ENTRIES = ("checkpoint", "variables", "best", "export")


def check_output_dir_is_free(params: "TrainerParams") -> None:
    """Refuse to train into a directory that holds another run.

    Raises:
        UserError: If it does, or if the output directory cannot be a directory.
    """
    output_dir = params.output_dir
    if not output_dir:
        return
    if os.path.exists(output_dir) and not os.path.isdir(output_dir):
        raise UserError(
            "The output directory is a file.",
            where="trainer.output_dir",
            expected="a directory, or a name that is free",
            got=output_dir,
        )
    filename = os.path.join(output_dir, params.scenario.trainer_params_filename)
    if os.path.exists(filename) and any(os.path.exists(os.path.join(output_dir, name)) for name in RUN_ENTRIES):
        raise UserError(
            "The output directory holds another run.",
            where="trainer.output_dir",
            expected="a new or an empty directory",
            got=filename,
            hint=f"tfaip-resume-training {output_dir}, another --trainer.output_dir, or remove the directory.",
        )


def run_trainer(trainer: "Trainer", append_log: bool) -> None:
    """Train, with the log written to ``train.log`` in the output directory.

    Args:
        trainer: The trainer.
        append_log: Whether a run is resumed: its log goes on. It is not touched before everything is checked.

    A training that fails before its first epoch takes back what it has written into a new or empty directory.

    Raises:
        UserError: If the output directory cannot be written to.
    """
    output_dir: Optional[str] = trainer.params.output_dir
    if not output_dir:
        trainer.train()
        return
    directory = OutputDir(output_dir)
    log_file = WriteToLogFile(output_dir, append=append_log, wait=append_log)
    with _writable(output_dir):
        if not append_log:
            os.makedirs(output_dir, exist_ok=True)
        log_file.__enter__()
    if append_log:
        trainer.before_writing.append(lambda: _open(log_file, output_dir))
    try:
        with contextlib.ExitStack() as stack:
            stack.push(log_file.__exit__)
            trainer.train()
    except BaseException:
        if not append_log and not trainer.has_begun:
            directory.take_back()
        raise


def _open(log_file: WriteToLogFile, output_dir: str) -> None:
    with _writable(output_dir):
        log_file.open()


@contextlib.contextmanager
def _writable(output_dir: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            "The output directory cannot be written to.",
            where="trainer.output_dir",
            expected="a directory that can be created or written to",
            got=f"{output_dir}: {error.strerror}",
        ) from error


def load_trainer_params(path: str) -> "TrainerParams":
    """Return the parameters of the training that ``path`` (a run or a JSON file) describes.

    Raises:
        UserError: If there are none.
    """
    # the file is checked before TensorFlow is imported with the scenario
    check_stored_params(read_params_dict(path), find_params_file(path))
    from tfaip.trainer.trainer import Trainer

    params, _ = Trainer.parse_trainer_params(path)
    return params


def create_trainer(params: "TrainerParams", restore: bool) -> "Trainer":
    """Create the trainer of the scenario that the parameters name."""
    post_init(params)
    return params.scenario.cls().create_trainer(params, restore=restore)
