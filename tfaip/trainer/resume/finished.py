# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Whether a run that is resumed has anything left to do."""

import os
from typing import TYPE_CHECKING, Optional

from tfaip.trainer.callbacks.earlystopping.best import best_is_there
from tfaip.trainer.callbacks.earlystopping.stopped import is_stopped
from tfaip.trainer.checkpoint.finalexport import is_final_export_due
from tfaip.trainer.checkpoint.names import DEFAULT_SUB_DIR
from tfaip.trainer.resume.changes import Resumption
from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

log = logger(__name__)


def check_epochs(resumption: Resumption, params: "TrainerParams") -> None:
    """Refuse fewer epochs than were trained.

    Raises:
        UserValueError: There are fewer.
    """
    if params.epochs >= resumption.epoch:
        return
    raise UserValueError(
        "The run has been trained for more epochs than it shall have.",
        where="trainer.epochs",
        expected=f"{resumption.epoch} or more: {resumption.epoch} to change nothing, more to go on",
        got=str(params.epochs),
        hint=_earlier(params),
    )


def _earlier(params: "TrainerParams") -> Optional[str]:
    assert params.output_dir is not None
    folder = os.path.join(params.output_dir, DEFAULT_SUB_DIR.format(epoch=params.epochs))
    return f"the state after this epoch is in {folder}" if os.path.isdir(folder) else None


def is_finished(resumption: Resumption, params: "TrainerParams") -> bool:
    """Tell whether a run is trained and its model exported; tell the user, too."""
    stopping = params.early_stopping
    stopped = is_stopped(stopping) and (not params.export_best or best_is_there(params))
    if (resumption.epoch < params.epochs and not stopped) or is_final_export_due(params):
        return False
    if resumption.epoch < params.epochs:
        what = f"The training was stopped early after epoch {resumption.epoch}: the best value is {stopping.current}"
        way_on = "Another --early_stopping.n_to_go or threshold lets it go on."
    else:
        what = f"All {resumption.epoch} epochs are trained already"
        way_on = f"More of them: --trainer.epochs {2 * resumption.epoch}"
    lost = " The changed parameters are not kept." if resumption.changes else ""
    log.warning("%s. No file of %s is changed.%s %s", what, params.output_dir, lost, way_on)
    return True
