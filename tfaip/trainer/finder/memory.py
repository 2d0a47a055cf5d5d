# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The memory of this process, and how much there is."""

import resource
import sys
from typing import Optional

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def peak_memory() -> int:
    """Return the largest number of bytes that this process has had in memory so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def memory_for_this_process() -> Optional[int]:
    """Return how many bytes this process can have: what it has, and what is free; None if that is not known."""
    free, own = _read_number("/proc/meminfo", "MemAvailable:"), _read_number("/proc/self/status", "VmRSS:")
    if free is None or own is None:
        return None
    limits = [_read_limit(name) for name in _LIMITS]
    return min([(free + own) * 1024, *(limit for limit in limits if limit is not None)])


def _read_number(filename: str, name: str) -> Optional[int]:
    try:
        with open(filename, encoding="utf-8") as file:
            return next((int(line.split()[1]) for line in file if line.startswith(name)), None)
    except OSError:
        return None


def _read_limit(filename: str) -> Optional[int]:
    try:
        with open(filename, encoding="utf-8") as file:
            text = file.read().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
