# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Which generations of a run are kept."""

import math
import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from tfaip.params.codec import load_json
from tfaip.trainer.checkpoint.names import DEFAULT_SUB_DIR, generations_in, number_of
from tfaip.trainer.checkpoint.runstate import MANIFEST_FILENAME
from tfaip.util.errors import UserError
from tfaip.util.file.atomic import TEMPORARY_PREFIX

if TYPE_CHECKING:
    from tfaip.trainer.params import TrainerParams

MONITORED_KEY = "monitored"


def monitored_value(params: "TrainerParams", logs: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """Return what a manifest tells about how good a generation is; None if the epoch was not evaluated."""
    name = params.early_stopping.monitor
    value = logs.get(name) if name is not None else None
    if value is None or math.isnan(float(value)):
        return None
    return {"name": name, "value": float(value)}


def remove_old_generations(params: "TrainerParams") -> None:
    """Remove the generations that are neither among the newest nor among the best ones.

    Of those within epochs, only the newest ones after the last whole epoch are kept. Folders of a pattern of the user
    are never removed, nor are damaged ones, which have another name.
    """
    if params.checkpoint_sub_dir or params.output_dir is None or params.checkpoint_keep_last == 0:
        return
    root = os.path.join(params.output_dir, os.path.dirname(DEFAULT_SUB_DIR))
    generations = generations_in(root)
    whole = [name for name in generations if number_of(name)[1] == 0]
    newest = number_of(whole[-1]) if whole else (-1, 0)
    within = [name for name in generations if number_of(name)[1] > 0 and number_of(name) > newest]
    last = params.checkpoint_keep_last
    current = os.path.basename(params.saved_checkpoint_sub_dir)
    kept = {*whole[-last:], *within[-last:], *_best(root, whole, params), current}
    for name in generations:
        if name not in kept:
            _remove(root, name)


def _remove(root: str, name: str) -> None:
    # a process that is killed leaves no half of it under its name
    temporary = tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=root)
    os.rename(os.path.join(root, name), os.path.join(temporary, name))
    shutil.rmtree(temporary)


def _best(root: str, names: List[str], params: "TrainerParams") -> List[str]:
    """Return the generations with the best values; of equal ones the earlier."""
    if params.checkpoint_keep_best == 0:
        return []
    sign = -1.0 if params.early_stopping.mode == "max" else 1.0
    values: List[Tuple[float, int, str]] = []
    for index, name in enumerate(names):
        value = _value_of(os.path.join(root, name), params.early_stopping.monitor)
        if value is not None:
            values.append((sign * value, index, name))
    return [name for _, _, name in sorted(values)[: params.checkpoint_keep_best]]


def _value_of(folder: str, monitor: Optional[str]) -> Optional[float]:
    try:
        monitored = load_json(os.path.join(folder, MANIFEST_FILENAME)).get(MONITORED_KEY)
    except (UserError, AttributeError):
        # a damaged one has no value to be kept for
        return None
    return float(monitored["value"]) if monitored and monitored.get("name") == monitor else None
