# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Reading samples that were written as pickles: dumps of predictions by tfaip 1.2, and dumps of an evaluation.

Reading a pickle runs what its author chose, so this is for files of the user's own. Only samples, arrays, plain values,
and the dataclasses and enumerations of trusted modules are made nevertheless.
"""

import io
import os
import pickle
import re
import tarfile
import zlib
from collections.abc import Iterator
from typing import Any, List, NoReturn, Tuple

from tfaip.data.pipeline.definitions import Sample
from tfaip.util.classref import is_dataclass_type, resolve_class
from tfaip.util.errors import UserError, UserFileNotFoundError, UserValueError

GZIP_MAGIC = b"\x1f\x8b"
PICKLE_MAGIC = b"\x80"
ZIP_MAGIC = b"PK"

_MEMBER = re.compile(r"(?:\./)?([0-9]{1,12})\.pred")
_PAIRS = "target_prediction_pairs"
_SAMPLE = "tfaip.data.pipeline.definitions"

# what arrays and plain values are made of, in the releases 1 and 2 of NumPy
_PLAIN = {
    "builtins": {"set", "frozenset", "complex", "bytearray", "slice", "range"},
    "collections": {"OrderedDict"},
    "numpy": {"ndarray", "dtype", "bool_", "str_", "bytes_"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy.core.numeric": {"_frombuffer"},
    "numpy._core.numeric": {"_frombuffer"},
}


def holds_pickles(path: str) -> bool:
    """Return whether a file holds pickles, by its first bytes."""
    with open(path, "rb") as file:
        start = file.read(2)
    return start == GZIP_MAGIC or start[:1] == PICKLE_MAGIC


def read_pickled_samples(path: str) -> Iterator[Sample]:
    """Yield the samples of a dump that holds pickles.

    Args:
        path: A ``.tar.gz`` with a pickle ``<i>.pred`` for each sample, or the pickle of ``DumpResultsCallback``.

    Raises:
        UserFileNotFoundError: There is no such file.
        UserError: It is none of the two, is damaged, or holds something else than samples and values.
    """
    if not os.path.isfile(path):
        raise UserFileNotFoundError("The file of samples does not exist.", where=path, expected="a file")
    with open(path, "rb") as file:
        is_archive = file.read(2) == GZIP_MAGIC
    if is_archive:
        yield from _read_archive(path)
    else:
        yield from _read_pairs(path)


def _read_archive(path: str) -> Iterator[Sample]:
    try:
        with tarfile.open(path, "r:gz") as archive:
            for _, member in _sample_members(path, archive):
                stream = archive.extractfile(member)
                assert stream is not None
                sample = _unpickle(stream.read(), f"{path}, {member.name}")
                if not isinstance(sample, Sample):
                    _damaged(f"{path}, {member.name}", f"no sample but {type(sample).__name__}")
                yield sample
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        if isinstance(error, UserError):
            raise
        _damaged(path, error)


def _sample_members(path: str, archive: tarfile.TarFile) -> List[Tuple[int, tarfile.TarInfo]]:
    """Return the members that hold samples, in the order of the samples."""
    members: List[Tuple[int, tarfile.TarInfo]] = []
    for member in archive:
        match = _MEMBER.fullmatch(member.name)
        if match and member.isfile():
            members.append((int(match[1]), member))
        elif not member.isdir():
            _damaged(f"{path}, {member.name}", "a member that is no sample")
    # to its end: only then its checksum is looked at
    while archive.fileobj is not None and archive.fileobj.read(2**20):
        pass
    if [number for number, _ in sorted(members, key=_number)] != list(range(len(members))):
        _damaged(path, "samples that are not numbered from 0 on without a gap")
    return sorted(members, key=_number)


def _number(member: Tuple[int, tarfile.TarInfo]) -> int:
    return member[0]


def _read_pairs(path: str) -> Iterator[Sample]:
    with open(path, "rb") as file:
        dump = _unpickle(file.read(), path)
    pairs = dump.get(_PAIRS) if isinstance(dump, dict) else None
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        _damaged(path, f"no list of pairs {_PAIRS!r}")
    for targets, outputs in pairs:
        yield Sample(targets=targets, outputs=outputs)


class _Unpickler(pickle.Unpickler):
    """Makes samples, arrays, plain values, and dataclasses and enumerations of trusted modules only."""

    def __init__(self, content: bytes, where: str):
        super().__init__(io.BytesIO(content))
        self._where = where

    def find_class(self, module: str, name: str) -> Any:
        """Return a class or function that the pickle names.

        Raises:
            UserError: It is none that a dump of samples needs.
        """
        if (module, name) == (_SAMPLE, "Sample"):
            return Sample
        if name in _PLAIN.get(module, ()) or (module == "numpy.dtypes" and name.endswith("DType")):
            return super().find_class(module, name)
        if module.partition(".")[0] in ("numpy", "builtins"):
            _damaged(self._where, f"{module}.{name}")
        return self._data_class(f"{module}:{name}")

    def _data_class(self, reference: str) -> type:
        from enum import Enum

        cls = resolve_class(reference, where=self._where)
        if not is_dataclass_type(cls) and not issubclass(cls, Enum):
            _damaged(self._where, f"{reference}, which is neither a dataclass nor an enumeration")
        return cls


def _unpickle(content: bytes, where: str) -> Any:
    try:
        return _Unpickler(content, where).load()
    except UserError:
        raise
    # whatever a damaged pickle leads to
    except Exception as error:
        _damaged(where, error)


def _damaged(where: str, why: Any) -> NoReturn:
    got = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    raise UserValueError(
        "The dump of samples cannot be read.",
        where=where,
        expected="samples of arrays, plain values, dataclasses and enumerations, as pickles",
        got=got[:200],
        hint="dump the samples anew: today's format is no pickle",
    ) from (why if isinstance(why, BaseException) else None)
