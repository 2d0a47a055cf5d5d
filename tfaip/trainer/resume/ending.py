# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a training that was asked to end tells last: where its state is, and how it goes on."""

import contextlib
import os
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME, RUN_PARAMS_FILENAME
from tfaip.util.logging import logger
from tfaip.util.termination import Terminated, ending_in_order

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

log = logger(__name__)


@contextlib.contextmanager
def ending_with_a_checkpoint(params: "TrainerParams") -> Iterator[None]:
    """Let SIGTERM end a training, and tell where it goes on.

    Args:
        params: Its parameters.
    """
    with ending_in_order(params.grace_period):
        try:
            yield
        except Terminated:
            log.warning("The training was ended by SIGTERM. %s", way_on(params))
            raise


def way_on(params: "TrainerParams") -> str:
    """Return where the state of a run is, and the command that goes on with it."""
    output_dir = params.output_dir
    if not output_dir:
        return "It has no output directory, so that nothing of it is kept."
    command = f"tfaip-resume-training {shlex.quote(output_dir)}"
    folder = os.path.join(output_dir, params.saved_checkpoint_sub_dir)
    if params.saved_checkpoint_sub_dir and os.path.isfile(os.path.join(folder, MANIFEST_FILENAME)):
        if params.checkpoint_sub_dir:
            command = f"tfaip-resume-training {shlex.quote(folder)}"
        return f"The checkpoint is {folder}. Go on with: {command}"
    if os.path.isfile(os.path.join(output_dir, RUN_PARAMS_FILENAME)):
        return f"There is no checkpoint yet. Start at the beginning with: {command}"
    return "It had not begun: nothing was written."
