# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A checkpoint of a stranger, whose checksum is right, runs nothing."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tfaip.trainer.checkpoint.variables import VARIABLES_FILENAME, read_variables
from tfaip.util.errors import UserError


class Marks:
    """Makes a directory when it is unpickled."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def content(kind: str, marker: Path) -> bytes:
    buffer = io.BytesIO()
    objects = np.array([Marks(marker)], dtype=object)
    if kind == "objects":
        np.savez(buffer, x=objects)
    elif kind == "pickle":
        objects.dump(buffer)
    elif kind == "one array":
        np.save(buffer, np.zeros(3))
    else:
        np.savez(buffer, **{"x:bfloat16": np.zeros(3, np.uint8)})
        return buffer.getvalue()[: None if kind == "type" else 60]
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["objects", "pickle", "one array", "type", "cut off"])
def test_what_is_no_archive_of_arrays_is_a_message(tmp_path: Path, kind: str) -> None:
    data = content(kind, tmp_path / "it_ran")
    (tmp_path / VARIABLES_FILENAME).write_bytes(data)
    with pytest.raises(UserError, match="cannot be read"):
        read_variables(None, str(tmp_path), hashlib.sha256(data).hexdigest())  # type: ignore[arg-type]
    assert not (tmp_path / "it_ran").exists()
