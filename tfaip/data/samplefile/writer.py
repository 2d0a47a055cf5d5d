# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing a file of samples."""

import json
import os
import zipfile
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Type, Union

from tfaip.data.samplefile.encoding import ValueEncoder
from tfaip.data.samplefile.layout import (
    ATTRIBUTES,
    BYTES,
    FORMAT,
    MANIFEST,
    MAX_CHUNK_BYTES,
    MAX_CHUNK_SAMPLES,
    PARTS,
    TREES,
    VERSION,
    chunk_name,
)
from tfaip.util.file.atomic import named_after, new_file
from tfaip.version import __version__

if TYPE_CHECKING:
    from tfaip.data.pipeline.definitions import Sample


class SampleFileWriter:
    """Writes samples to a file, one after the other, and holds a few MB of them at most.

    A context manager. The file appears, complete, when the block ends; if it ends with an error, there is none, and an
    older one stays::

        with SampleFileWriter("predictions.samples") as writer:
            for sample in predictor.predict(params):
                writer.write(sample)

    Args:
        path: The file.
        attributes: Values about the file as a whole. More can be added until the block ends.

    Attributes:
        attributes: See above.
        n_samples: How many samples were written.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"], attributes: Optional[Dict[str, Any]] = None):
        self.path = os.fspath(path)
        self.attributes: Dict[str, Any] = dict(attributes or {})
        self.n_samples = 0
        self._chunks: List[int] = []
        self._stack = ExitStack()
        self._archive: Optional[zipfile.ZipFile] = None
        self._start_chunk()

    def __enter__(self) -> "SampleFileWriter":
        """Create the file, under a temporary name.

        Raises:
            OSError: It cannot be created.
        """
        file = self._stack.enter_context(new_file(self.path))
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._stack.push(self._leave)
        return self

    def __exit__(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Complete the file, or remove it after an error."""
        self._stack.__exit__(exc_type, exc_value, traceback)

    def _leave(
        self,
        exc_type: Optional[Type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        archive = self._archive
        assert archive is not None
        try:
            if exc_value is None:
                self._complete()
                with named_after(self.path):
                    archive.close()
        finally:
            self._archive = None
            # after an error, which is the one to tell: the temporary file is removed
            with suppress(OSError):
                archive.close()

    def write(self, sample: "Sample") -> None:
        """Append a sample.

        Args:
            sample: Its inputs, targets, outputs and meta may be anything that ``docs/formats.md`` lists. They are
                copied.

        Raises:
            UserTypeError: It holds a value of another type. The sample is left out; the writer can go on.
            OSError: It cannot be written.
        """
        assert self._archive is not None, "a SampleFileWriter is used in a with statement"
        size = len(self._encoder.buffer)
        where = f"sample {self.n_samples}"
        try:
            record = {name: self._encoder.encode(getattr(sample, name), (where, name)) for name in PARTS}
        except BaseException:
            del self._encoder.buffer[size:]
            raise
        self._trees += _json_line({name: value for name, value in record.items() if value is not None})
        self._n_in_chunk += 1
        self.n_samples += 1
        if len(self._trees) + len(self._encoder.buffer) >= MAX_CHUNK_BYTES or self._n_in_chunk >= MAX_CHUNK_SAMPLES:
            self._end_chunk()

    def _start_chunk(self) -> None:
        self._encoder = ValueEncoder()
        self._trees = bytearray()
        self._n_in_chunk = 0

    def _end_chunk(self) -> None:
        name = chunk_name(len(self._chunks))
        self._member(name + TREES, self._trees)
        self._member(name + BYTES, self._encoder.buffer)
        self._chunks.append(self._n_in_chunk)
        self._start_chunk()

    def _complete(self) -> None:
        if self._n_in_chunk:
            self._end_chunk()
        encoder = ValueEncoder()
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "tfaip_version": __version__,
            "samples": self.n_samples,
            "chunks": self._chunks,
            "attributes": encoder.encode(self.attributes, (ATTRIBUTES,)),
        }
        self._member(ATTRIBUTES + BYTES, encoder.buffer)
        self._member(MANIFEST, _json_line(manifest))

    def _member(self, name: str, content: Union[bytes, bytearray]) -> None:
        assert self._archive is not None
        # a fixed date: equal samples give equal files
        with named_after(self.path):
            self._archive.writestr(zipfile.ZipInfo(name), content)


def _json_line(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
