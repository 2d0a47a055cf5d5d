# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The progress as JSON, one object a line, for programs."""

import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Dict, Optional, TextIO

from tfaip.trainer.display.progress import Progress
from tfaip.trainer.display.view import Rows, View


class EventView(View):
    """Writes events. Each has the key ``event`` and, as ``time``, the seconds since 1970.

    Numbers that JSON does not know are the texts NaN, Infinity and -Infinity.

    Args:
        delta_time: Seconds between two events ``progress``.
        stream: Where to write. Default: the standard output.
    """

    def __init__(self, delta_time: float = 1, stream: Optional[TextIO] = None):
        self.delta_time = delta_time
        self._stream = stream
        self._last = 0.0

    def facts(self, facts: Mapping[str, Any], rows: Rows) -> None:
        """Write the event ``start``."""
        self._write("start", facts)

    def differences(self, changes: Sequence[Mapping[str, Any]], lines: Sequence[str]) -> None:
        """Write the event ``parameters``."""
        self._write("parameters", {"changed": list(changes)})

    def model(self, layers: Sequence[Mapping[str, Any]], lines: Sequence[str]) -> None:
        """Write the event ``model``."""
        totals = {key: sum(layer[key] for layer in layers) for key in ("values", "trained")}
        self._write("model", {"layers": list(layers), **totals})

    def begin_epoch(self, progress: Progress) -> None:
        """Write the event ``epoch_begin``."""
        self._last = time.perf_counter()
        self._write("epoch_begin", {"epoch": progress.epoch, "epochs": progress.epochs, "steps": progress.steps})

    def progress(self, progress: Progress) -> None:
        """Write the event ``progress`` if it is time to."""
        now = time.perf_counter()
        if now - self._last >= self.delta_time:
            self._last = now
            self._write("progress", _content(progress))

    def validate(self, progress: Progress) -> None:
        """Write the event ``validation``."""
        self._write("validation", {"epoch": progress.epoch, "epochs": progress.epochs})

    def end_epoch(self, progress: Progress) -> None:
        """Write the event ``epoch_end``."""
        self._write("epoch_end", _content(progress))

    def end(self, facts: Mapping[str, Any], rows: Rows) -> None:
        """Write the event ``end``."""
        self._write("end", facts)

    def error(self, message: str, code: int) -> None:
        """Write the event ``error``."""
        self._write("error", {"message": message, "exit_code": code})

    def _write(self, event: str, content: Mapping[str, Any]) -> None:
        stream = self._stream or sys.stdout
        stream.write(json.dumps({"event": event, "time": time.time(), **_plain(content)}, allow_nan=False) + "\n")
        stream.flush()


def _content(progress: Progress) -> Dict[str, Any]:
    return asdict(progress)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
