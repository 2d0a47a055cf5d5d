# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The runs in directories, each as a summary."""

from collections.abc import Sequence
from typing import Any, Dict, List, Optional

from tfaip.runs.format.run import read_run
from tfaip.runs.format.status import read_status
from tfaip.runs.reading.discovery import Found, find_run_folders
from tfaip.runs.reading.index import RunIndex, stamp_of
from tfaip.runs.reading.liveness import shown_state
from tfaip.runs.reading.summary import RunSummary, ShownState, summary_of_record


def find_runs(directories: Sequence[str], with_index: bool = True) -> List[RunSummary]:
    """Return the runs in directories, in the order of their paths.

    Args:
        directories: The directories; each may itself be a run.
        with_index: Whether runs that have not changed are taken from the index on disk, and the others put there.

    Raises:
        UserError: One of them is no directory, or there are far too many folders.
    """
    if not with_index:
        return [summary_now(run) for run in find_run_folders(directories)]
    return RunFinder(directories).find()


class RunFinder:
    """Finds the runs in directories again and again; only what has changed is read.

    Args:
        directories: The directories; each may itself be a run.
    """

    def __init__(self, directories: Sequence[str]):
        self._directories = list(directories)
        self._index = RunIndex(self._directories, "summaries")

    def find(self) -> List[RunSummary]:
        """Return the runs as they are now, in the order of their paths.

        Raises:
            UserError: One of the directories is none, or there are far too many folders.
        """
        summaries: Dict[str, RunSummary] = {}
        for run in find_run_folders(self._directories):
            stamp = stamp_of(run)
            summary = _summary_of(self._index.get(run.path, stamp))
            if summary is None:
                summary = read_summary(run)
                # an active one is about to change anyway
                if not summary.is_active:
                    self._index.put(run.path, stamp, summary.to_json())
            summaries[run.path] = _with_state(summary, run)
        self._index.save()
        return list(summaries.values())


def _summary_of(content: Any) -> Optional[RunSummary]:
    """Return the summary that the index holds, None if it holds none."""
    try:
        return RunSummary.of_json(content) if isinstance(content, dict) else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def read_summary(run: Found) -> RunSummary:
    """Return the summary of a run; its state is what its record says."""
    if not run.has_record:
        # imported late: runs with a record need no parameters
        from tfaip.runs.reading.filesummary import summary_of_files

        return summary_of_files(run.path)
    return summary_of_record(run.path, read_run(run.path), read_status(run.path))


def summary_now(run: Found) -> RunSummary:
    """Return the summary of a run with its state as far as can be told."""
    return _with_state(read_summary(run), run)


def _with_state(summary: RunSummary, run: Found) -> RunSummary:
    summary.label = run.label
    summary.state = shown_state(summary)
    if summary.state is ShownState.DEAD:
        # it may have ended in order while we looked
        status = read_status(run.path)
        if status is not None and status.state.is_over:
            summary = summary_of_record(run.path, read_run(run.path), status)
            summary.label = run.label
    return summary
