# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Slots: each has room for one job."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

from tfaip.experiments.devices.filelock import FileLock
from tfaip.util.errors import UserValueError

CUDA_VARIABLE = "CUDA_VISIBLE_DEVICES"


@dataclass(frozen=True)
class Slot:
    """Room for one job.

    Attributes:
        label: Its name, for people.
        env: What a job in it has in its environment.
        locks: What is locked as long as the job runs.
    """

    label: str
    env: Mapping[str, str] = field(default_factory=dict)
    locks: Tuple[FileLock, ...] = ()


class Slots(ABC):
    """The slots of this machine."""

    @abstractmethod
    def acquire(self) -> Optional[Slot]:
        """Return a slot that is free, None if there is none now."""

    @abstractmethod
    def release(self, slot: Slot) -> None:
        """Give a slot back."""

    def why_not(self) -> str:
        """Return why none was free, if others are the reason; empty otherwise."""
        return ""


class FixedSlots(Slots):
    """Slots that nobody else uses.

    Args:
        slots: All of them.
    """

    def __init__(self, slots: Sequence[Slot]):
        self._free: List[Slot] = list(slots)

    def acquire(self) -> Optional[Slot]:
        """Return the first one that is free."""
        return self._free.pop(0) if self._free else None

    def release(self, slot: Slot) -> None:
        """Give a slot back."""
        self._free.append(slot)


def cpu_slots(labels: Sequence[str]) -> FixedSlots:
    """Return a slot without GPU for each label.

    Raises:
        UserValueError: A label is given twice.
    """
    check_distinct(labels, "--cpus")
    return FixedSlots([Slot(f"cpu {label}", {CUDA_VARIABLE: ""}) for label in labels])


def check_distinct(labels: Sequence[str], where: str) -> None:
    """Check that no label is given twice.

    Raises:
        UserValueError: One is.
    """
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise UserValueError(
            "A slot is named twice.", where=where, expected="each name once", got=" ".join(labels), hint="Give it once."
        )
