# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What is told when a checkpoint cannot be written: a full disk, a directory that is read-only."""

import contextlib
import os
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tfaip.trainer.checkpoint.names import DEFAULT_SUB_DIR, generations_in
from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME
from tfaip.util.errors import UserOSError
from tfaip.util.file.systemlimits import is_system_limit

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams


@contextlib.contextmanager
def told_as_failure(params: "TrainerParams") -> Iterator[None]:
    """Raise an error that names the file and the last complete checkpoint if the system does not let one be written.

    Args:
        params: Parameters of the training.

    Raises:
        UserOSError: The disk is full, a directory is read-only, or rights are missing.
    """
    before = params.saved_checkpoint_sub_dir
    try:
        yield
    except OSError as error:
        params.saved_checkpoint_sub_dir = before
        if not is_system_limit(error):
            raise
        raise UserOSError(
            "The checkpoint cannot be written.",
            where=os.fsdecode(error.filename) if error.filename else params.output_dir,
            got=error.strerror,
            expected="space on the disk, and a directory that can be written to",
            hint=_way_on(params),
        ) from error


def _way_on(params: "TrainerParams") -> str:
    assert params.output_dir is not None
    root = os.path.join(params.output_dir, os.path.dirname(DEFAULT_SUB_DIR))
    complete = [name for name in generations_in(root) if os.path.isfile(os.path.join(root, name, MANIFEST_FILENAME))]
    run = shlex.quote(params.output_dir)
    if params.checkpoint_sub_dir:
        return "make room, then train again."
    if not complete:
        return f"make room, then tfaip-resume-training {run} starts at the beginning: there is no checkpoint yet."
    return f"make room, then tfaip-resume-training {run} goes on; earlier checkpoints are complete."
