# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Making samples out of the batches that went through a graph."""

import json
from typing import Any, Iterator

from tfaip.data.pipeline.definitions import Sample
from tfaip.util.sample.shape_utils import batch_size_of, elements_of


def to_unbatched_samples(
    inputs: Any, targets: Any, outputs: Any, meta: Any, decode_meta: bool = True
) -> Iterator[Sample]:
    """Yield a sample for each element of a batch.

    Args:
        inputs: Nested arrays with the batch as first axis, or None; the same holds for the other arguments.
        targets: See inputs.
        outputs: See inputs.
        meta: The batch's ``{"meta": array([[json], ...])}``, or None.
        decode_meta: Give each sample the decoded JSON instead of the bytes.
    """
    size = next((n for n in map(batch_size_of, (inputs, outputs, targets, meta)) if n is not None), 0)
    parts = [elements_of(part, size) for part in (inputs, targets, outputs, meta)]
    for sample_inputs, sample_targets, sample_outputs, sample_meta in zip(*parts, strict=True):
        yield Sample(
            inputs=sample_inputs,
            targets=sample_targets,
            outputs=sample_outputs,
            meta=decode_sample_meta(sample_meta) if decode_meta else sample_meta,
        )


def decode_sample_meta(meta: Any) -> Any:
    """Return the decoded JSON of one sample's ``{"meta": array([json])}``; anything else is returned as it is."""
    if not isinstance(meta, dict) or set(meta) != {"meta"} or not len(meta["meta"]):
        return meta
    content = meta["meta"][0]
    if isinstance(content, (bytes, str)):
        from tfaip.util.json_helper import TFAIPJsonDecoder

        return json.loads(content, cls=TFAIPJsonDecoder)
    return meta
