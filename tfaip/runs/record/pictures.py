# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Copying the pictures out of TensorBoard's event files, whoever wrote them there, in the thread of the record."""

import os
import re
from collections.abc import Iterator
from typing import Dict, List, Tuple

from tfaip.runs.format.names import IMAGES_DIR
from tfaip.runs.reading.eventruns import event_files
from tfaip.runs.reading.events.records import records
from tfaip.runs.reading.events.wire import BYTES, WireError, fields
from tfaip.runs.reading.inside import open_inside
from tfaip.runs.record.recorder import Recorder
from tfaip.util.file.atomic import new_file
from tfaip.util.logging import logger

log = logger(__name__)

MAX_PICTURES = 1000
MAX_BYTES = 64 << 20
# of one tag and step: a summary may hold a whole batch
MAX_OF_A_TAG = 3
_MAX_RECORD = 16 << 20
# what is around a record: see tfaip.runs.reading.events.records
_FRAME_BYTES = 16
_MAX_FOLDERS = 4
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# numbers of the fields of Event, Summary, Summary.Value, Summary.Image and TensorProto
_SUMMARY, _VALUE, _TAG, _IMAGE, _ENCODED, _TENSOR, _STRINGS = 5, 1, 1, 4, 4, 8, 8


class PictureRecording:
    """Copies pictures after each epoch.

    Args:
        recorder: The record of the run.
    """

    def __init__(self, recorder: Recorder):
        self._folder = recorder.folder
        self._recorder = recorder
        self._offsets: Dict[str, int] = {}
        self._pictures = 0
        self._bytes = 0
        recorder.on_begin.append(self._begin)
        recorder.on_epoch.append(self._end_epoch)

    def _begin(self) -> None:
        self._recorder.add_job(self._pass_over)

    def _pass_over(self) -> None:
        """Leave what an earlier session has written."""
        self._offsets = {file.name: file.size for file in event_files(self._folder)}

    def _end_epoch(self, step: int) -> None:
        self._recorder.add_job(lambda: self._copy(step))

    def _copy(self, step: int) -> None:
        for file in event_files(self._folder):
            # an epoch writes its files again if it is trained again
            start = self._offsets.get(file.name, 0)
            if file.size > start:
                self._copy_of_file(file.name, start, file.size, step)

    def _copy_of_file(self, name: str, start: int, end: int, step: int) -> None:
        with open_inside(self._folder, name) as file:
            file.seek(start)
            for record in records(file, end - start, end):
                start += len(record) + _FRAME_BYTES
                self._offsets[name] = start
                if len(record) <= _MAX_RECORD:
                    self._copy_of_record(record, name.rpartition("/")[0], step)

    def _copy_of_record(self, record: memoryview, run: str, step: int) -> None:
        for tag, pictures in pictures_of_event(record):
            for index, picture in enumerate(pictures[:MAX_OF_A_TAG]):
                if self._has_space(len(picture)):
                    folder = os.path.join(self._folder, IMAGES_DIR, *_folders(run, tag, index))
                    os.makedirs(folder, exist_ok=True)
                    with new_file(os.path.join(folder, f"{step}.png"), durable=False) as file:
                        file.write(picture)

    def _has_space(self, size: int) -> bool:
        is_full = self._pictures >= MAX_PICTURES or self._bytes + size > MAX_BYTES
        if is_full:
            if self._bytes < MAX_BYTES:
                log.info("No more pictures are copied to %s: there are %d.", IMAGES_DIR, self._pictures)
            self._bytes = MAX_BYTES
            return False
        self._pictures += 1
        self._bytes += size
        return True


def pictures_of_event(event: memoryview) -> Iterator[Tuple[str, List[bytes]]]:
    """Yield the tags of an event file's record that have pictures, with their PNG files.

    Args:
        event: The record; one that is damaged has none.
    """
    try:
        values = [value for summary in _children(event, _SUMMARY) for value in _children(summary, _VALUE)]
        found = [(_tag(value), list(_pictures_of_value(value))) for value in values]
    except WireError:
        return
    yield from ((tag, pictures) for tag, pictures in found if pictures)


def _tag(value: memoryview) -> str:
    return next((str(tag, "utf-8", "replace") for tag in _children(value, _TAG)), "")


def _pictures_of_value(value: memoryview) -> Iterator[bytes]:
    found = [encoded for image in _children(value, _IMAGE) for encoded in _children(image, _ENCODED)]
    # that of TensorFlow 2: width and height as texts, then a PNG file for each picture
    found += [text for tensor in _children(value, _TENSOR) for text in _children(tensor, _STRINGS)]
    for content in found:
        if bytes(content[: len(_SIGNATURE)]) == _SIGNATURE:
            yield bytes(content)


def _children(message: memoryview, wanted: int) -> Iterator[memoryview]:
    for number, kind, value in fields(message):
        if number == wanted and kind == BYTES and isinstance(value, memoryview):
            yield value


def _folders(run: str, tag: str, index: int) -> List[str]:
    """Return the folders of the pictures of a tag: names that are safe on any system."""
    parts = [*run.split("/"), *tag.removeprefix("epoch_").split("/"), *([str(index)] if index else [])]
    names = [re.sub(r"[^\w.+@ -]", "_", part)[:100].strip(". ") for part in parts]
    names = [name for name in names if name]
    return [*names[: _MAX_FOLDERS - 1], "_".join(names[_MAX_FOLDERS - 1 :])][: len(names)] or ["image"]
