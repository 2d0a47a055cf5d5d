# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the programs that train have in common."""

import argparse
import contextlib
import os
import sys
from typing import TYPE_CHECKING, Callable, Iterator, Optional

from tfaip.scenario.paramsfile import find_params_file, read_params_dict
from tfaip.scenario.storedparams import check_stored_params
from tfaip.scripts.common import EXIT_INTERRUPTED, EXIT_USER_ERROR
from tfaip.scripts.outputdir import OutputDir
from tfaip.trainer.resume.ending import way_on
from tfaip.util.errors import UserError
from tfaip.util.logging import WriteToLogFile, logger
from tfaip.util.termination import EXIT_TERMINATED, Terminated
from tfaip.util.tfaipargparse import post_init

if TYPE_CHECKING:
    from tfaip.trainer.display.view import View
    from tfaip.trainer.params import TrainerParams
    from tfaip.trainer.trainer import Trainer

log = logger(__name__)

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


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``, the events of the training for programs."""
    parser.add_argument(
        "--json",
        action="store_true",
        help="write the progress of the training to the standard output as JSON, an event a line; all else goes to "
        "the standard error stream",
    )


@contextlib.contextmanager
def training_view(as_json: bool) -> Iterator[Optional["View"]]:
    """Provide the view of ``--json``, None without it, and tell on it why the program ends.

    Args:
        as_json: Whether ``--json`` is given.
    """
    if not as_json:
        yield None
        return
    # imported late: it needs TensorFlow, --help does not
    from tfaip.trainer.display.events import EventView

    stream = sys.stdout
    view = EventView(stream=stream)
    try:
        # what scenarios print must not stand between the events
        with contextlib.redirect_stdout(sys.stderr):
            yield view
    except UserError as error:
        view.error(error.render(), EXIT_USER_ERROR)
        raise
    except KeyboardInterrupt:
        view.error("interrupted", EXIT_INTERRUPTED)
        raise
    except Terminated:
        view.error("ended by SIGTERM", EXIT_TERMINATED)
        raise
    except Exception as error:
        view.error(f"{type(error).__name__}: {error}", 1)
        raise


def start_training(params: "TrainerParams", create: Callable[[], "Trainer"], view: "Optional[View]" = None) -> None:
    """Start a new training. Its parameters are written first: from then on it can be resumed, however it ends.

    One that only looks for a learning rate or a batch size writes nothing but what it finds.

    Args:
        params: Parameters of the training.
        create: Creates its trainer.
        view: Where to show the training. Default: as the parameters say.

    Raises:
        UserError: If the output directory cannot be written to.
    """
    if not params.output_dir or params.only_searches:
        trainer = create()
        trainer.view = view or trainer.view
        trainer.train()
        return
    # imported late: it needs numpy, --help does not
    from tfaip.trainer.checkpoint.outputdir import write_first_parameters

    directory = OutputDir(params.output_dir)
    try:
        with _writable(params.output_dir):
            write_first_parameters(params)
        trainer = create()
    except Terminated:
        log.warning("The training was ended by SIGTERM. %s", way_on(params))
        raise
    except BaseException:
        directory.take_back()
        raise
    run_trainer(trainer, append_log=False, view=view, directory=directory)


def run_trainer(
    trainer: "Trainer", append_log: bool, view: "Optional[View]" = None, directory: Optional[OutputDir] = None
) -> None:
    """Train, with the log written to ``train.log`` in the output directory.

    Args:
        trainer: The trainer.
        append_log: Whether a run is resumed: its log goes on. It is not touched before everything is checked.
        view: Where to show the training. Default: as the parameters say.
        directory: What was there of the output directory. Default: what is there now.

    A training that fails before its first epoch takes back what it has written into a new or empty directory.

    Raises:
        UserError: If the output directory cannot be written to.
    """
    if view is not None:
        trainer.view = view
    output_dir: Optional[str] = trainer.params.output_dir
    if not output_dir:
        trainer.train()
        return
    directory = directory or OutputDir(output_dir)
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
    except Terminated:
        # who has sent the signal will resume the run
        raise
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
