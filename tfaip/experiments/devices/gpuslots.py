# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A slot for each GPU, shared with the other users of the machine."""

import os
import re
import tempfile
from collections.abc import Sequence
from typing import Dict, List, Optional

from tfaip.experiments.devices.filelock import FileLock
from tfaip.experiments.devices.gpus import Gpu, GpuMonitor
from tfaip.experiments.devices.slots import CUDA_VARIABLE, Slot, Slots, check_distinct
from tfaip.util.errors import UserValueError

GPU_ENVIRONMENT = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
LOCK_FOLDER = "tfaip-gpus"


class GpuSlots(Slots):
    """One slot for each of some GPUs.

    A GPU is taken if no other process computes on it, and locked for all experiments of this machine as long as the job
    runs: its processes hold the lock.

    Args:
        labels: The numbers of the GPUs, or their UUIDs.
        monitor: Knows what they are used for. None: only the locks are looked at.
        lock_folder: Where the locks are. Default: one for all users of the machine.

    Raises:
        UserValueError: There is no such GPU, or one is named twice.
    """

    def __init__(self, labels: Sequence[str], monitor: Optional[GpuMonitor], lock_folder: Optional[str] = None):
        check_distinct(labels, "--gpus")
        self._monitor = monitor
        self._gpus = {label: _find(label, monitor.gpus()) if monitor else None for label in labels}
        self._folder = lock_folder or shared_lock_folder()
        self._in_use: List[str] = []
        self._reasons: Dict[str, str] = {}

    def acquire(self) -> Optional[Slot]:
        """Return the first GPU that nobody uses."""
        self._reasons.clear()
        for label, gpu in self._gpus.items():
            if label in self._in_use:
                continue
            lock = FileLock(os.path.join(self._folder, f"{_filename(gpu.uuid if gpu else label)}.lock"))
            reason = self._monitor.use(gpu).reason() if self._monitor and gpu else ""
            reason = reason or _why_not_locked(lock)
            if reason:
                self._reasons[label] = reason
                continue
            self._in_use.append(label)
            return Slot(f"gpu {label}", {**GPU_ENVIRONMENT, CUDA_VARIABLE: gpu.uuid if gpu else label}, (lock,))
        return None

    def release(self, slot: Slot) -> None:
        """Give a slot back."""
        for lock in slot.locks:
            lock.release()
        self._in_use.remove(slot.label.removeprefix("gpu "))

    def why_not(self) -> str:
        """Return who uses the GPUs."""
        return "; ".join(f"GPU {label} is {reason}" for label, reason in self._reasons.items())


def shared_lock_folder() -> str:
    """Return the folder of the locks, which all users of the machine share; it is created if it is not there."""
    folder = os.path.join(tempfile.gettempdir(), LOCK_FOLDER)
    try:
        os.mkdir(folder)
    except FileExistsError:
        return folder
    # as the folder for temporary files: everybody may create a lock, nobody may remove another one's
    os.chmod(folder, 0o1777)
    return folder


def _why_not_locked(lock: FileLock) -> str:
    """Take a lock; return why that cannot be, empty if it could."""
    try:
        return "" if lock.try_acquire() else "taken by other experiments"
    except OSError as error:
        return f"not to be locked: {lock.path}: {error.strerror}"


def _find(label: str, gpus: List[Gpu]) -> Gpu:
    for gpu in gpus:
        if label in (str(gpu.index), gpu.uuid):
            return gpu
    raise UserValueError(
        "There is no such GPU.",
        where="--gpus",
        expected=", ".join(f"{gpu.index} ({gpu.name})" for gpu in gpus) or "none, this machine has no GPU",
        got=label,
    )


def _filename(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)
