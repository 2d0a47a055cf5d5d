# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What differs between a run's checkpoint and the parameters that it is resumed with."""

import dataclasses
import json
import math
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from tfaip.params.codec import load_json, params_to_dict
from tfaip.params.diff import Difference, diff_params
from tfaip.params.diff.table import show, to_json
from tfaip.params.migrations import migrate
from tfaip.trainer.checkpoint.generation import read_loop_state, read_manifest
from tfaip.trainer.checkpoint.names import older_generations, put_aside
from tfaip.trainer.checkpoint.runstate import RUN_PARAMS_FILENAME, is_newest
from tfaip.trainer.loop.loopstate import LoopState
from tfaip.trainer.state import take_state
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import write_text_atomically
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

log = logger(__name__)

CHANGES_FILENAME = "changes.jsonl"
# among the sums of a checkpoint within an epoch
WAITING_BATCHES = "gradient/batches"


@dataclasses.dataclass(frozen=True)
class Resumption:
    """The checkpoint that a run goes on from, and how the parameters have changed since.

    Attributes:
        folder: The folder of the checkpoint.
        epoch: The number of finished epochs.
        step: The number of updates of the weights.
        stored: The JSON form of the parameters that the checkpoint was written with; None if it does not hold them.
        changes: Stored and given values, without state and origin.
        state: Where the training loop goes on.
        damaged: The folder of a newer checkpoint that is damaged.
        counted_from: The update and the epoch from which on the schedule of the learning rate counted; None if that is
            not known.
    """

    folder: str
    epoch: int
    step: int
    stored: Optional[Dict[str, Any]]
    changes: List[Difference]
    state: LoopState
    damaged: Optional[str] = None
    counted_from: Optional[Tuple[int, int]] = None

    @property
    def first_update(self) -> int:
        """The number of updates of the weights when the epoch began that is not finished."""
        accum_steps = int((self.stored or {}).get("train_accum_steps", 1))
        # the batches that wait for their update; none are left behind the update that ends an epoch
        waiting = int(self.state.sums.get(WAITING_BATCHES, 0))
        return self.step - math.ceil((self.state.step - waiting) / accum_steps)

    def schedule_start(self, updates_per_epoch: int) -> Tuple[int, int]:
        """Return the update and the epoch from which on the schedule of the learning rate counts.

        They stay if the epochs are as long as before: updates that were left out, since something was not finite, keep
        the schedule back as they would have done without the interruption.

        Args:
            updates_per_epoch: Number of updates of an epoch from now on.
        """
        before = (self.stored or {}).get("learning_rate", {}).get("steps_per_epoch")
        if self.counted_from is not None and before == updates_per_epoch:
            return self.counted_from
        return self.first_update, self.epoch

    def describe(self) -> List[str]:
        """Return a text for each change."""
        return [describe(change) for change in self.changes]

    def keep(self, output_dir: str) -> None:
        """Log the changes and add them to the run's list of changes; put a damaged checkpoint aside."""
        if self.damaged is not None and os.path.isdir(self.damaged):
            log.warning("The damaged checkpoint is kept as %s", put_aside(self.damaged))
        if not self.changes:
            return
        for text in self.describe():
            log.info("Changed since epoch %d: %s", self.epoch, text)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = {"time": now, "epoch": self.epoch, "changes": to_json(self.changes)}
        filename = os.path.join(output_dir, CHANGES_FILENAME)
        text = _read_changes(filename)
        if not _ends_with(text, entry):
            write_text_atomically(filename, f"{text}{json.dumps(entry)}\n")


def _read_changes(filename: str) -> str:
    if not os.path.isfile(filename):
        return ""
    with open(filename, encoding="utf-8") as file:
        text = file.read()
    return text if not text or text.endswith("\n") else f"{text}\n"


def _ends_with(text: str, entry: Dict[str, Any]) -> bool:
    """Tell whether the last entry is the same one: the run was resumed so before, and killed within its first epoch."""
    try:
        last = json.loads(text.splitlines()[-1]) if text else {}
    except ValueError:
        return False
    same = ("epoch", "changes")
    return all(last.get(name) == json.loads(json.dumps(entry[name])) for name in same)


def describe(change: Difference) -> str:
    """Return the text of a change: tree path, stored value, given value."""
    return f"trainer.{change.path}: {show(change.a, change.path)} → {show(change.b, change.path)}"


def read_resumption(params: "TrainerParams") -> Optional[Resumption]:
    """Return where the run of these parameters goes on; None if it has no checkpoint yet.

    If the newest checkpoint of the run is damaged, the one before it serves, and the parameters get its state.

    Raises:
        UserError: The checkpoint is missing or damaged.
    """
    if not params.saved_checkpoint_sub_dir:
        return None
    assert params.output_dir is not None
    folder = os.path.join(params.output_dir, params.saved_checkpoint_sub_dir)
    try:
        return _read(folder, params)
    except UserError as error:
        if not is_newest(params):
            raise
        found = _read_another(folder, params)
        if found is None:
            raise
        log.warning("The newest checkpoint is damaged. The one before it, %s, serves.\n%s", found.folder, _told(error))
        return dataclasses.replace(found, damaged=folder)


def _read(folder: str, params: "TrainerParams") -> Resumption:
    manifest = read_manifest(folder)
    state = read_loop_state(folder, manifest)
    filename = os.path.join(folder, RUN_PARAMS_FILENAME)
    stored = migrate(load_json(filename), filename) if os.path.isfile(filename) else None
    changes = diff_params(stored, params_to_dict(params)) if stored is not None else []
    return Resumption(
        folder, state.epoch, int(manifest.get("step", 0)), stored, changes, state, counted_from=_start(manifest)
    )


def _start(manifest: Dict[str, Any]) -> Optional[Tuple[int, int]]:
    if "schedule_start" not in manifest:
        return None
    step, epoch = manifest["schedule_start"]
    return int(step), int(epoch)


def _read_another(folder: str, params: "TrainerParams") -> Optional[Resumption]:
    """Return the newest complete checkpoint older than one, and give the parameters its state; None without any."""
    for path in reversed(older_generations(folder)):
        try:
            found = _read(path, params)
        except UserError as error:
            log.warning("Another checkpoint is damaged, too.\n%s", _told(error))
            continue
        if found.stored is not None:
            take_state(params, found.stored)
            return found
    return None


def _told(error: UserError) -> str:
    """Return the message of an error without what to try."""
    return UserError(error.what, where=error.where, expected=error.expected, got=error.got).render()
