# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading a file of samples."""

import errno
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Dict, List, NoReturn, Tuple, Union

from tfaip.data.pipeline.definitions import Sample
from tfaip.data.samplefile.decoding import DamagedValueError, ValueDecoder, is_count
from tfaip.data.samplefile.layout import ATTRIBUTES, BYTES, FORMAT, MANIFEST, PARTS, TREES, VERSION, chunk_name
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError

# what the standard library raises on damaged archives and damaged JSON, and what a wrong value leads to
_DAMAGES = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    DamagedValueError,
)


class SampleFileReader:
    """Reads a file of samples, one chunk (a few MB) after the other.

    Iterating gives the samples in the order in which they were written; it can be done several times. Arrays belong to
    the caller.

    Args:
        path: The file.
        with_classes: Make dataclasses and enumerations, whose modules are imported if they are trusted (see
            ``docs/trust.md``); otherwise these become dictionaries and plain values.

    Attributes:
        path: The file.
        n_samples: How many samples it holds.
        attributes: Values about the file as a whole.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserValueError: It is no file of samples, it is damaged, or of a later version.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"], with_classes: bool = True):
        self.path = os.fspath(path)
        self._with_classes = with_classes
        with self._opened() as archive:
            self._chunks, self.attributes = self._read_manifest(archive)
        self.n_samples = sum(self._chunks)

    def __len__(self) -> int:
        return self.n_samples

    def __iter__(self) -> Iterator[Sample]:
        """Yield the samples.

        Raises:
            UserValueError: The file is damaged. Names the part of the file and the samples in it.
            UserError: A sample names a class that is not trusted or not there.
        """
        first = 0
        with self._opened() as archive:
            for index, size in enumerate(self._chunks):
                yield from self._read_chunk(archive, chunk_name(index), first, size)
                first += size

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        if not os.path.isfile(self.path):
            raise UserFileNotFoundError("The file of samples does not exist.", where=self.path, expected="a file")
        # not around the block: the errors of who reads are not ours
        try:
            archive = zipfile.ZipFile(self.path)
        except _DAMAGES as error:
            self._damaged("its end, where the table of contents is", error)
        with archive:
            self._check_members(archive)
            yield archive

    def _check_members(self, archive: zipfile.ZipFile) -> None:
        """Check that no member claims more than the file holds: then none is too large to be read."""
        members = archive.infolist()
        if len({member.filename for member in members}) < len(members):
            self._damaged("its table of contents", "a name that occurs twice")
        for member in members:
            if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
                self._damaged(member.filename, "a compressed part; nothing in a file of samples is compressed")
        if sum(member.file_size for member in members) > os.path.getsize(self.path):
            self._damaged("its table of contents", "parts that are larger than the file")

    def _read_manifest(self, archive: zipfile.ZipFile) -> Tuple[List[int], Dict[str, Any]]:
        if MANIFEST not in archive.namelist():
            raise UserValueError(
                "This is no file of samples.",
                where=self.path,
                expected=f"an archive with a {MANIFEST}",
                got="none in it",
            )
        content = self._read_member(archive, MANIFEST)
        bytes_of_attributes = self._read_member(archive, ATTRIBUTES + BYTES)
        try:
            manifest = _parse(content)
            self._check_version(manifest)
            chunks, total = manifest["chunks"], manifest["samples"]
            if not isinstance(chunks, list) or not all(is_count(size) for size in chunks) or sum(chunks) != total:
                raise DamagedValueError("chunks that do not add up to the number of samples")
            decoder = self._decoder(bytes_of_attributes, "its attributes")
            attributes = decoder.decode(manifest[ATTRIBUTES])
            if not isinstance(attributes, dict):
                raise DamagedValueError("attributes that are no dictionary")
        except UserError:
            raise
        except _DAMAGES as error:
            self._damaged(MANIFEST, error)
        return chunks, attributes

    def _check_version(self, manifest: Any) -> None:
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise UserValueError("This is no file of samples.", where=self.path, expected=f"the format {FORMAT!r}")
        version = manifest.get("version")
        if version != VERSION:
            raise UserValueError(
                "The file of samples is of another version.",
                where=self.path,
                expected=f"version {VERSION}",
                got=str(version)[:40],
                hint="read it with the version of tfaip that wrote it, or a later one",
            )

    def _read_chunk(self, archive: zipfile.ZipFile, name: str, first: int, size: int) -> Iterator[Sample]:
        which = f", samples {first} to {first + size - 1}"
        trees = self._read_member(archive, name + TREES, which).splitlines()
        content = self._read_member(archive, name + BYTES, which)
        if len(trees) != size:
            self._damaged(f"{name}{TREES}{which}", f"{len(trees)} samples")
        for index, tree in enumerate(trees):
            where = f"{name}{TREES}, sample {first + index}"
            yield self._read_sample(self._decoder(content, where), tree, where)

    def _read_member(self, archive: zipfile.ZipFile, name: str, which: str = "") -> bytes:
        try:
            return archive.read(name)
        except (*_DAMAGES, OSError) as error:
            # a place before the start of the file is damage, other errors are those of the system
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            self._damaged(name + which, error)

    def _read_sample(self, decoder: ValueDecoder, tree: bytes, where: str) -> Sample:
        try:
            record = _parse(tree)
            if not isinstance(record, dict) or not record.keys() <= set(PARTS):
                raise DamagedValueError("no sample")
            return Sample(**{part: decoder.decode(value) for part, value in record.items()})
        except UserError:
            raise
        except _DAMAGES as error:
            self._damaged(where, error)

    def _decoder(self, content: bytes, where: str) -> ValueDecoder:
        folder = os.path.dirname(os.path.abspath(self.path))
        return ValueDecoder(content, f"{self.path}, {where}", folder, self._with_classes)

    def _damaged(self, where: str, why: Union[str, BaseException]) -> NoReturn:
        got = why if isinstance(why, str) else str(why) or type(why).__name__
        raise UserValueError(
            "The file of samples is damaged, or none.",
            where=f"{self.path}, {where}",
            got=got[:200],
            hint="copy or write it again",
        ) from (why if isinstance(why, BaseException) else None)


def read_samples(path: Union[str, "os.PathLike[str]"], with_classes: bool = True) -> Iterator[Sample]:
    """Return the samples of a file, read when they are asked for.

    Args:
        path: The file.
        with_classes: See :class:`SampleFileReader`.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserValueError: It is no file of samples, it is damaged, or of a later version.
    """
    return iter(SampleFileReader(path, with_classes))


def _parse(content: bytes) -> Any:
    return json.loads(content.decode("ascii"), parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> NoReturn:
    raise DamagedValueError(f"{name}, which is not JSON")
