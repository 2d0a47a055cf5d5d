# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Server-sent events: the page is told that runs have changed, and asks for what."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import List

from starlette.responses import StreamingResponse

from tfaip.dashboard.watching.watcher import RunWatcher

RETRY_MS = 2000
_PING_SECONDS = 15.0
_MOST_STREAMS = 100


class ChangeStreams:
    """Tells all that listen that runs have changed.

    Args:
        watcher: Knows the changes.
    """

    def __init__(self, watcher: RunWatcher):
        self._watcher = watcher
        self._count = 0
        self._end = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether too many listen already; others have to ask from time to time."""
        return self._count >= _MOST_STREAMS

    def close(self) -> None:
        """End all streams; a server that ends would wait for them."""
        self._end.set()

    def stream(self) -> StreamingResponse:
        """Return the answer that tells changes as they come."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(), headers=headers, media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        changed = asyncio.Event()

        def tell(keys: List[str]) -> None:
            # comes from the thread that looks after the runs, perhaps after the end
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)

        self._count += 1
        self._watcher.listen(tell)
        try:
            yield f"retry: {RETRY_MS}\n\n"
            while not self._end.is_set():
                if await self._wait(changed):
                    changed.clear()
                    yield f"event: change\ndata: {json.dumps({'rev': self._watcher.entries.rev})}\n\n"
                else:
                    yield ": still here\n\n"
        finally:
            self._watcher.unlisten(tell)
            self._count -= 1

    async def _wait(self, changed: asyncio.Event) -> bool:
        """Return True as soon as there is a change, False after a while and at the end."""
        waits = [asyncio.ensure_future(event.wait()) for event in (changed, self._end)]
        try:
            await asyncio.wait(waits, timeout=_PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            return changed.is_set()
        finally:
            for wait in waits:
                wait.cancel()
