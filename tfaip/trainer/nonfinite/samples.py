# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The samples of a batch that has been trained on: its meta data, and values that are not finite."""

import itertools
from collections.abc import Mapping
from typing import Any, List, Optional

import numpy as np

from tfaip.data.pipeline.batching.collator import Batch
from tfaip.data.pipeline.datapipeline import DataPipeline
from tfaip.data.pipeline.position import Position
from tfaip.data.pipeline.unbatch import to_unbatched_samples
from tfaip.util.logging import logger
from tfaip.util.plaintext import without_controls

log = logger(__name__)

SHOWN = 4
MAX_TEXT = 60


def describe_samples(pipeline: DataPipeline, start: Optional[Position], number: int) -> str:
    """Return a text about the samples of a batch, which is made again for it.

    Args:
        pipeline: The training pipeline.
        start: Where a run began; None if that is not known.
        number: How many batches came between it and the batch.
    """
    if start is None:
        return "not known, since the position in the data is not"
    try:
        batch = _make_again(pipeline, start, number)
    except Exception as error:
        # nothing here may hide what is told about the step
        log.debug("The batch cannot be made again: %s", error)
        batch = None
    place = f"batch {number + 1} after sample {start.index} of pass {start.epoch + 1}"
    return place if batch is None else f"{place}: {_describe(batch)}"


def _make_again(pipeline: DataPipeline, start: Position, number: int) -> Optional[Batch]:
    again = pipeline.to_mode(pipeline.mode)
    again.start_at(start)
    stream = again.input_stream(auto_repeat=True, in_this_thread=True)
    if stream is None:
        return None
    with stream:
        return next(itertools.islice(stream, number, None), None)


def _describe(batch: Batch) -> str:
    inputs, targets, meta = (*batch, None)[:3]
    samples = list(to_unbatched_samples(inputs, targets, None, meta))
    wrong = [text for i, sample in enumerate(samples) for text in _not_finite(i, sample.inputs, sample.targets)]
    texts = wrong[:SHOWN] + ([f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else [])
    all_meta = [_short(sample.meta) for sample in samples if sample.meta]
    if all_meta:
        more = f", and {len(all_meta) - SHOWN} more" if len(all_meta) > SHOWN else ""
        texts.append(f"meta {', '.join(all_meta[:SHOWN])}{more}")
    return "; ".join([f"{len(samples)} samples", *texts])


def _not_finite(index: int, *parts: Any) -> List[str]:
    return [
        f"sample {index} has {_value(array)} in {key}"
        for part in parts
        if isinstance(part, Mapping)
        for key, array in part.items()
        if np.asarray(array).dtype.kind == "f" and not np.isfinite(array).all()
    ]


def _value(array: Any) -> str:
    return "NaN" if np.isnan(array).any() else "an infinite value"


def _short(meta: Any) -> str:
    text = without_controls(str(meta), line_breaks=False)
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 3]}..."
