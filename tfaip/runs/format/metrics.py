# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``metrics.jsonl``: the values of a training, a line for those of one step and split. Lines are only ever added."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Union

from tfaip.runs.format.files import parse_object
from tfaip.runs.format.names import TRAIN
from tfaip.runs.format.values import Fields, to_json
from tfaip.util.enum import StrEnum

# a longer one was not written by a training
MAX_LINE_BYTES = 1 << 20


class Level(StrEnum):
    """Of what values are: of the steps of an epoch so far, or of a whole epoch."""

    STEP = "step"
    EPOCH = "epoch"


@dataclass
class Values:
    """The values of one step and split.

    Attributes:
        t: When, in seconds since 1970.
        step: Number of steps done of all epochs.
        epoch: Number of epochs done, with a fraction within an epoch.
        split: ``train``, ``val``, or ``lav0`` and so on for the lists of load-and-validate.
        level: Of what the values are.
        m: The values by their short names, see :func:`tfaip.runs.format.names.split_name`.
    """

    t: float
    step: int
    epoch: float
    split: str = TRAIN
    level: Level = Level.EPOCH
    m: Dict[str, float] = field(default_factory=dict)


@dataclass
class Rewind:
    """The training has gone back: values of later steps that stand before this line are no longer part of it.

    Attributes:
        t: When, in seconds since 1970.
        step: The number of steps of all epochs that it goes on with. Values of this step stay.
        epoch: The number of epochs, with a fraction within an epoch.
    """

    t: float
    step: int
    epoch: float


Record = Union[Values, Rewind]


def to_line(record: Record) -> str:
    """Return a record as a line, with its end."""
    if isinstance(record, Rewind):
        content = {"t": record.t, "rewind": {"step": record.step, "epoch": record.epoch}}
    else:
        content = dict(vars(record))
    return json.dumps(to_json(content), allow_nan=False, separators=(",", ":")) + "\n"


def parse_line(line: bytes) -> Optional[Record]:
    """Return the record that a line holds, None if it holds none: it was not written to its end, or by others."""
    content = parse_object(line) if len(line) <= MAX_LINE_BYTES else None
    if content is None:
        return None
    fields = Fields(content)
    rewind = fields.child("rewind")
    step = (rewind or fields).integer("step")
    if step is None:
        return None
    epoch = (rewind or fields).finite("epoch")
    if rewind:
        return Rewind(fields.finite("t"), step, epoch)
    level = Level.STEP if fields.text("level") == Level.STEP else Level.EPOCH
    return Values(fields.finite("t"), step, epoch, fields.text("split", TRAIN), level, fields.numbers("m"))


def without_rewound(records: Iterable[Record]) -> List[Values]:
    """Return the values that are part of the training: without those that it has gone back behind."""
    kept: List[Values] = []
    for record in records:
        if isinstance(record, Rewind):
            kept = [values for values in kept if values.step <= record.step]
        else:
            kept.append(record)
    return kept
