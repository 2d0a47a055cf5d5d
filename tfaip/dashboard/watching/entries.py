# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The runs as the page gets them, with numbers that count the changes."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Dict, List

from tfaip.dashboard.actions.resuming import RESUMABLE, QueueNote
from tfaip.dashboard.runkey import key_of
from tfaip.runs.format.values import to_json
from tfaip.runs.reading.summary import RunSummary, ShownState

_MOST_GONE = 10_000
_NO_NOTE = QueueNote()


def summary_content(summary: RunSummary, note: QueueNote = _NO_NOTE) -> Dict[str, Any]:
    """Return what the page shows of a run in a list.

    Args:
        summary: What is known of the run.
        note: What the queue knows of it.
    """
    is_over = summary.state in (ShownState.FINISHED, ShownState.FAILED, ShownState.STOPPED)
    took = summary.updated - summary.started if is_over and summary.sessions == 1 else None
    content = {
        "id": key_of(summary.path),
        "name": printable(summary.name),
        "path": printable(summary.path),
        "folder": printable(summary.label),
        "took": took if took and took > 0 else None,
        "eta": summary.eta_s,
        "t": summary.updated,
        "state": (note.state if note.state and summary.state in RESUMABLE else summary.state).value,
        "queue": note.text if summary.state in RESUMABLE else "",
        "best": vars(summary.best) if summary.best else None,
        "primary": vars(summary.primary) if summary.primary else None,
        "error": summary.error.message if summary.error else "",
    }
    same = ("scenario", "created", "started", "sessions", "phase", "epoch", "epochs", "step", "steps", "global_step")
    others = ("progress", "last", "tags", "note", "host", "exit_code", "problems")
    content.update({name: getattr(summary, name) for name in (*same, *others)})
    content["source"] = summary.source.value
    return dict(to_json(content))


def printable(name: str) -> str:
    """Return the name of a file as it can be sent: what is no UTF-8 in it is replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@dataclass
class Entry:
    """A run.

    Attributes:
        rev: The number of its last change.
        path: Its directory.
        summary: What is known of it.
        content: What the page shows of it.
    """

    rev: int
    path: str
    summary: RunSummary
    content: Dict[str, Any]


class Entries:
    """All runs, and which of them have changed since when.

    Attributes:
        server: Another one than that of an earlier server, whose numbers count other changes.
        rev: The number of the last change.
    """

    def __init__(self) -> None:
        self.server = secrets.token_hex(4)
        self.rev = 0
        self._entries: Dict[str, Entry] = {}
        self._gone: Dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> "Entry | None":
        """Return a run, None if there is none."""
        return self._entries.get(key)

    def paths(self) -> Dict[str, str]:
        """Return the directories of the runs by their keys."""
        return {key: entry.path for key, entry in self._entries.items()}

    def update(
        self, summaries: Iterable[RunSummary], notes: Mapping[str, QueueNote] = MappingProxyType({})
    ) -> List[str]:
        """Take over what there is now.

        Args:
            summaries: All runs.
            notes: What the queue knows of runs, by their directories.

        Returns:
            The keys of the runs that have changed, come or gone.
        """
        contents = [(summary, summary_content(summary, notes.get(summary.path, _NO_NOTE))) for summary in summaries]
        keys = {content["id"] for _, content in contents}
        gone = [key for key in self._entries if key not in keys]
        changed = [(summary, content) for summary, content in contents if self._is_new(content)]
        if not gone and not changed:
            return []
        # a reader in another thread never sees the new number before what it counts
        rev = self.rev + 1
        entries = {key: entry for key, entry in self._entries.items() if key in keys}
        for summary, content in changed:
            entries[content["id"]] = Entry(rev, summary.path, summary, content)
        self._gone = dict(list({**self._gone, **dict.fromkeys(gone, rev)}.items())[-_MOST_GONE:])
        self._entries = entries
        self.rev = rev
        return [*gone, *(content["id"] for _, content in changed)]

    def since(self, rev: int) -> Dict[str, Any]:
        """Return what has changed since a number: the number now, the runs, and the keys of those that are gone."""
        now, entries, gone = self.rev, self._entries, self._gone
        return {
            "rev": now,
            "runs": [entry.content for entry in entries.values() if entry.rev > rev],
            "gone": [key for key, at in gone.items() if at > rev and key not in entries],
        }

    def _is_new(self, content: Dict[str, Any]) -> bool:
        known = self._entries.get(content["id"])
        return known is None or known.content != content
