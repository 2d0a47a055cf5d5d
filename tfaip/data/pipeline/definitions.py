# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The basic notions of the data pipeline: the sample, the mode of a pipeline and what to do with a broken sample."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional, Set, Tuple

from tfaip.util.enum import StrEnum


class PipelineMode(StrEnum):
    """What a pipeline is for; this decides which processors run and what a batch consists of."""

    TRAINING = "training"  # inputs and targets, shuffled, repeated
    EVALUATION = "evaluation"  # inputs and targets
    PREDICTION = "prediction"  # inputs only
    TARGETS = "targets"  # targets only

    # the spelling of the manual
    Training = TRAINING
    Evaluation = EVALUATION
    Prediction = PREDICTION
    Targets = TARGETS


INPUT_PROCESSOR: Set[PipelineMode] = {PipelineMode.TRAINING, PipelineMode.EVALUATION, PipelineMode.PREDICTION}
TARGETS_PROCESSOR: Set[PipelineMode] = {PipelineMode.TRAINING, PipelineMode.EVALUATION, PipelineMode.TARGETS}
GENERAL_PROCESSOR: Set[PipelineMode] = set(PipelineMode)

# Which sample it is: number of the pass over the data, and position in this pass.
SampleKey = Tuple[int, int]

_MOST_LEVELS = 4  # of what a text shows: something may contain itself


class SampleErrorPolicy(StrEnum):
    """What happens when a processor fails on a sample."""

    RAISE = "raise"  # stop and name the sample
    SKIP = "skip"  # leave the sample out, log it and count it


@dataclass(frozen=True)
class SkippedSample:
    """A sample that was left out because a processor failed on it.

    Args:
        index: Position of the sample in its data generator (0-based).
        meta: Its meta data.
        message: What went wrong.
    """

    index: int
    meta: Any
    message: str


class Sample:
    """One instance of data on its way through the pipeline.

    A sample is never changed in place: processors return a copy with some part replaced.

    Args:
        inputs: What the model gets; at the end of the pre-processing a dictionary name -> array.
        outputs: What the model computed: a dictionary name -> array.
        targets: What the model shall compute; at the end of the pre-processing a dictionary name -> array.
        meta: Anything that describes the sample; must be serializable as JSON to travel along with a batch.
    """

    def __init__(self, *, inputs: Any = None, outputs: Any = None, targets: Any = None, meta: Any = None):
        self.inputs = inputs
        self.outputs = outputs
        self.targets = targets
        self.meta = meta

    def copy(self) -> "Sample":
        """Return a shallow copy."""
        if type(self) is not Sample:
            return copy.copy(self)
        # copy.copy takes five times as long, which counts: each processor gets a copy
        sample = Sample.__new__(Sample)
        sample.__dict__.update(self.__dict__)
        return sample

    def new_inputs(self, inputs: Any) -> "Sample":
        """Return a shallow copy with other inputs."""
        return self._replace("inputs", inputs)

    def new_outputs(self, outputs: Any) -> "Sample":
        """Return a shallow copy with other outputs."""
        return self._replace("outputs", outputs)

    def new_targets(self, targets: Any) -> "Sample":
        """Return a shallow copy with other targets."""
        return self._replace("targets", targets)

    def new_meta(self, meta: Any) -> "Sample":
        """Return a shallow copy with other meta data."""
        return self._replace("meta", meta)

    def new_invalid(self) -> "Sample":
        """Return a sample that holds the meta data only: a processor returns it to drop the sample."""
        return Sample(meta=self.meta)

    def is_valid(self, mode: Optional[PipelineMode] = None) -> bool:
        """Return whether the sample holds what a pipeline of this mode needs.

        Args:
            mode: The mode; None asks whether the sample holds anything but meta data.
        """
        if mode is None:
            return self.inputs is not None or self.outputs is not None or self.targets is not None
        if mode in INPUT_PROCESSOR and self.inputs is None:
            return False
        return not (mode in TARGETS_PROCESSOR and self.targets is None)

    def _replace(self, name: str, value: Any) -> "Sample":
        sample = self.copy()
        setattr(sample, name, value)
        return sample

    def __repr__(self) -> str:
        names = ("inputs", "outputs", "targets", "meta")
        parts = [f"{name}={describe(value)}" for name in names if (value := getattr(self, name)) is not None]
        return f"Sample({', '.join(parts)})"


def describe(value: Any, max_length: int = 200) -> str:
    """Return a short text that shows a part of a sample: arrays by type and shape, everything else cut to a length.

    Args:
        value: Any object; dictionaries, lists and tuples are walked through.
        max_length: The most characters that the text of one value may have.
    """
    return _described(value, max_length, _MOST_LEVELS)


def _described(value: Any, max_length: int, levels: int) -> str:
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if isinstance(shape, Iterable) and dtype is not None:
        text = f"{dtype}{list(shape)}"
        if tuple(shape) in ((), (1,)):
            text = f"{dtype}{value}" if tuple(shape) else f"{dtype}({value})"
    elif levels > 0 and isinstance(value, dict):
        items = [f"{_text_of(key)}: {_described(item, max_length, levels - 1)}" for key, item in value.items()]
        text = "{" + ", ".join(items) + "}"
    elif levels > 0 and type(value) in (list, tuple):
        items = [_described(item, max_length, levels - 1) for item in value[:8]] + ["..."] * (len(value) > 8)
        text = ("[{}]" if isinstance(value, list) else "({})").format(", ".join(items))
    else:
        text = _text_of(value) if levels > 0 else "..."
    return text if len(text) <= max_length else text[: max_length - 3] + "..."


def _text_of(value: Any) -> str:
    try:
        return repr(value)
    except Exception as failure:  # whatever a user's __repr__ raises
        return f"<{type(value).__name__} whose text cannot be made: {type(failure).__name__}>"
