# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names of the files of a run's record, and the names of its values."""

import re
from typing import Tuple

SCHEMA = 1

RUN_FILENAME = "run.json"
STATUS_FILENAME = "status.json"
METRICS_FILENAME = "metrics.jsonl"
IMAGES_DIR = "images"
CODE_DIR = "code"
# within a snapshot, code/<n>; it is written last: a snapshot without it is not complete
CODE_MANIFEST_FILENAME = "manifest.json"
CODE_FILES_DIR = "files"
CODE_PATCH_FILENAME = "diff.patch"
PACKAGES_FILENAME = "packages.txt"

# the status is written at least this often, and a run on another host is stale if its status is older than the second
HEARTBEAT_SECONDS = 10.0
STALE_SECONDS = 60.0

TRAIN = "train"
VALIDATION = "val"
_LAV_SPLIT = re.compile(r"lav(\d+)")
_LAV_NAME = re.compile(r"lav_l(\d+)_(.+)", re.DOTALL)


def split_name(name: str) -> Tuple[str, str]:
    """Return the split and the short name of a value of the logs: ``val_acc`` is ``("val", "acc")``.

    Args:
        name: Its name in the logs of a training: ``val_`` and ``lav_l<i>_`` begin those that were validated.
    """
    if name.startswith("val_"):
        return VALIDATION, name[len("val_") :]
    match = _LAV_NAME.fullmatch(name)
    return (f"lav{match.group(1)}", match.group(2)) if match else (TRAIN, name)


def full_name(split: str, name: str) -> str:
    """Return the name in the logs of a value of a split, the reverse of :func:`split_name`."""
    if split == VALIDATION:
        return f"val_{name}"
    match = _LAV_SPLIT.fullmatch(split)
    return f"lav_l{match.group(1)}_{name}" if match else name
