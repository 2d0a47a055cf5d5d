# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The parameters of many runs, from the index on disk where they have not changed."""

from collections.abc import Sequence
from typing import Any, Dict, Optional

from tfaip.runs.reading.discovery import PARAMS_FILENAME
from tfaip.runs.reading.index import RunIndex, stamp_of_files


class IndexedParams:
    """The parameters of runs by their tree path. Nothing is read before the first of them are asked for.

    Args:
        directories: The directories that hold the runs.
    """

    def __init__(self, directories: Sequence[str]):
        self._directories = directories
        self._index: Optional[RunIndex] = None

    def of(self, run: str) -> Dict[str, Any]:
        """Return the parameters of a run, empty ones if it has none.

        Args:
            run: The directory of the run.
        """
        if self._index is None:
            self._index = RunIndex(self._directories, "parameters")
        stamp = stamp_of_files(run, [PARAMS_FILENAME])
        known = self._index.get(run, stamp)
        if isinstance(known, dict):
            return known
        # imported late: what is in the index needs none of it
        from tfaip.runs.reading.run import Run

        params = Run(run).params()
        if stamp != [[]]:
            self._index.put(run, stamp, params)
        return params

    def save(self) -> None:
        """Write the index if there is anything new."""
        if self._index is not None:
            self._index.save()
