# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The numbers of an event file: those of ``tf.summary.scalar``, of TensorFlow 1 and of other writers."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Dict, NamedTuple, Optional

from tfaip.runs.reading.events.records import records
from tfaip.runs.reading.events.wire import BYTES, FIXED32, FIXED64, VARINT, WireError, as_double, as_float, as_signed
from tfaip.runs.reading.events.wire import fields as fields_of

MAX_BYTES = 256 << 20
MAX_RECORD = 1 << 16
# numbers of the fields of Event, Summary, Summary.Value and TensorProto
_WALL_TIME, _STEP, _SUMMARY = 1, 2, 5
_VALUE = 1
_TAG, _SIMPLE_VALUE, _TENSOR = 1, 2, 8
_DTYPE, _SHAPE, _CONTENT, _FLOATS, _DOUBLES = 1, 2, 4, 5, 6
_FORMATS: Dict[int, str] = {1: "<f", 2: "<d", 3: "<i", 9: "<q"}


class Scalar(NamedTuple):
    """A number of an event file."""

    t: float
    step: int
    tag: str
    value: float


def scalars(file: BinaryIO, max_bytes: int = MAX_BYTES) -> Iterator[Scalar]:
    """Yield the numbers of an event file; what is no number or damaged is passed over.

    Args:
        file: The file.
        max_bytes: How much of it is read at the most.
    """
    for record in records(file, max_bytes, MAX_RECORD):
        try:
            found = list(_of_event(record))
        except (WireError, ValueError, struct.error):
            continue
        yield from found


def _of_event(event: memoryview) -> Iterator[Scalar]:
    t, step = 0.0, 0
    summaries = []
    for number, kind, value in fields_of(event):
        if number == _WALL_TIME and kind == FIXED64 and isinstance(value, memoryview):
            t = as_double(value)
        elif number == _STEP and kind == VARINT and isinstance(value, int):
            step = as_signed(value)
        elif number == _SUMMARY and kind == BYTES and isinstance(value, memoryview):
            summaries.append(value)
    for summary in summaries:
        for number, kind, value in fields_of(summary):
            if number == _VALUE and kind == BYTES and isinstance(value, memoryview):
                scalar = _of_value(value, t, step)
                if scalar is not None:
                    yield scalar


def _of_value(message: memoryview, t: float, step: int) -> Optional[Scalar]:
    tag, result = "", None
    for number, kind, value in fields_of(message):
        if not isinstance(value, memoryview):
            continue
        if number == _TAG and kind == BYTES:
            tag = str(value, "utf-8", "replace")
        elif number == _SIMPLE_VALUE and kind == FIXED32:
            result = as_float(value)
        elif number == _TENSOR and kind == BYTES:
            result = _of_tensor(value)
    return None if result is None else Scalar(t, step, tag, result)


def _of_tensor(message: memoryview) -> Optional[float]:
    """Return the number of a tensor without axes."""
    dtype = 0
    found = None
    for number, _kind, value in fields_of(message):
        if number == _DTYPE and isinstance(value, int):
            dtype = value
        elif number == _SHAPE and isinstance(value, memoryview) and len(value):
            return None
        elif number in (_CONTENT, _FLOATS, _DOUBLES) and isinstance(value, memoryview):
            code = {_FLOATS: "<f", _DOUBLES: "<d"}.get(number) or _FORMATS.get(dtype)
            if code is not None and len(value) == struct.calcsize(code):
                found = float(struct.unpack(code, value)[0])
    return found
