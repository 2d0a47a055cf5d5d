# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The GPUs of this machine as NVIDIA's management library (NVML) shows them."""

import contextlib
import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, List, Optional, Protocol, Tuple

from tfaip.util.logging import logger

log = logger(__name__)

NVML_MODULE = "pynvml"
# processes of other containers are not told, but what they use is
MOST_MEMORY_IN_USE = 0.5


@dataclass(frozen=True)
class Gpu:
    """A GPU.

    Attributes:
        index: Its number in the order of the bus.
        uuid: Its name, which is the same for all programs.
        name: What kind it is.
    """

    index: int
    uuid: str
    name: str = ""


@dataclass(frozen=True)
class GpuUse:
    """What a GPU is used for.

    Attributes:
        pids: The processes that compute on it.
        memory: The part of its memory that is in use, from 0 to 1.
        problem: Why that is not known now.
    """

    pids: Tuple[int, ...] = ()
    memory: float = 0.0
    problem: str = ""

    def reason(self) -> str:
        """Return why it is not free, empty if it is."""
        if self.problem:
            return f"not seen: {self.problem}"
        if self.pids:
            return f"used by process {', '.join(map(str, self.pids))}"
        return f"used: {self.memory:.0%} of its memory" if self.memory > MOST_MEMORY_IN_USE else ""


class GpuMonitor(Protocol):
    """Knows the GPUs of this machine."""

    def gpus(self) -> List[Gpu]:
        """Return all of them."""

    def use(self, gpu: Gpu) -> GpuUse:
        """Return what one is used for now."""


class NvmlMonitor:
    """Asks NVML.

    Args:
        nvml: The module of the package nvidia-ml-py.
    """

    def __init__(self, nvml: Any):
        self._nvml = nvml

    def gpus(self) -> List[Gpu]:
        """Return all of them."""
        with self._session() as nvml:
            handles = [nvml.nvmlDeviceGetHandleByIndex(i) for i in range(nvml.nvmlDeviceGetCount())]
            return [
                Gpu(i, _text(nvml.nvmlDeviceGetUUID(handle)), _text(nvml.nvmlDeviceGetName(handle)))
                for i, handle in enumerate(handles)
            ]

    def use(self, gpu: Gpu) -> GpuUse:
        """Return what one is used for now."""
        try:
            with self._session() as nvml:
                handle = nvml.nvmlDeviceGetHandleByIndex(gpu.index)
                pids = tuple(process.pid for process in nvml.nvmlDeviceGetComputeRunningProcesses(handle))
                memory = nvml.nvmlDeviceGetMemoryInfo(handle)
                return GpuUse(pids, memory.used / memory.total if memory.total else 0.0)
        except self._nvml.NVMLError as error:
            # a driver that is being updated must not end what runs
            return GpuUse(problem=str(error))

    @contextlib.contextmanager
    def _session(self) -> Iterator[Any]:
        # a driver that is loaded again makes an old session useless
        self._nvml.nvmlInit()
        try:
            yield self._nvml
        finally:
            self._nvml.nvmlShutdown()


def find_monitor() -> Optional[NvmlMonitor]:
    """Return the monitor of this machine, None with a warning if there is none."""
    if importlib.util.find_spec(NVML_MODULE) is None:
        log.warning(
            "Whether others use the GPUs is not seen: nvidia-ml-py is not installed (pip install 'tfaip[gpus]')."
        )
        return None
    nvml: Any = importlib.import_module(NVML_MODULE)
    monitor = NvmlMonitor(nvml)
    try:
        monitor.gpus()
    except nvml.NVMLError as error:
        log.warning("Whether others use the GPUs is not seen: %s.", error)
        return None
    return monitor


def _text(value: Any) -> str:
    # older versions of the library give bytes
    return value.decode() if isinstance(value, bytes) else str(value)
