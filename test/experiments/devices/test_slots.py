# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Slots of CPUs and of GPUs that others may use, too."""

import sys
from types import SimpleNamespace

import pytest

from tfaip.experiments.devices import gpus, gpuslots
from tfaip.experiments.devices.filelock import FileLock
from tfaip.experiments.devices.gpus import Gpu, GpuUse, NvmlMonitor
from tfaip.experiments.devices.gpuslots import GpuSlots
from tfaip.experiments.devices.slots import cpu_slots
from tfaip.util.errors import UserValueError


class FakeMonitor:
    def __init__(self, n):
        self.uses = [GpuUse() for _ in range(n)]

    def gpus(self):
        return [Gpu(i, f"GPU-{i}", "Fake") for i in range(len(self.uses))]

    def use(self, gpu):
        return self.uses[gpu.index]


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path)


def labels(slots, n):
    acquired = [slots.acquire() for _ in range(n)]
    return [slot and slot.label for slot in acquired]


def test_each_cpu_slot_has_room_for_one_job_without_gpu():
    slots = cpu_slots(["0", "1"])
    first = slots.acquire()
    assert (first.label, dict(first.env)) == ("cpu 0", {"CUDA_VISIBLE_DEVICES": ""})
    assert labels(slots, 2) == ["cpu 1", None]
    slots.release(first)
    assert labels(slots, 2) == ["cpu 0", None]


def test_a_gpu_with_foreign_processes_is_left_to_them(folder):
    monitor = FakeMonitor(3)
    monitor.uses[0] = GpuUse(pids=(4242,))
    monitor.uses[1] = GpuUse(memory=0.9)
    slots = GpuSlots(["0", "1", "2"], monitor, folder)
    assert labels(slots, 2) == ["gpu 2", None]
    assert slots.why_not() == "GPU 0 is used by process 4242; GPU 1 is used: 90% of its memory"
    monitor.uses[0] = GpuUse()
    assert labels(slots, 1) == ["gpu 0"]


def test_a_job_sees_its_gpu_by_the_name_that_does_not_depend_on_the_order(folder):
    slot = GpuSlots(["1"], FakeMonitor(2), folder).acquire()
    assert slot.env["CUDA_VISIBLE_DEVICES"] == "GPU-1"
    assert slot.env["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"


def test_own_jobs_do_not_count_as_foreign_after_they_have_ended(folder):
    monitor = FakeMonitor(1)
    slots = GpuSlots(["0"], monitor, folder)
    slot = slots.acquire()
    monitor.uses[0] = GpuUse(pids=(1,))
    assert labels(slots, 1) == [None]
    assert slots.why_not() == "", "it is our own job that is waited for"
    monitor.uses[0] = GpuUse()
    slots.release(slot)
    assert labels(slots, 1) == ["gpu 0"]


def test_two_experiments_of_a_machine_do_not_share_a_gpu(folder):
    mine, others = (GpuSlots(["0"], FakeMonitor(1), folder) for _ in range(2))
    slot = mine.acquire()
    assert labels(others, 1) == [None]
    assert others.why_not() == "GPU 0 is taken by other experiments"
    mine.release(slot)
    assert labels(others, 1) == ["gpu 0"]


def test_without_nvml_the_numbers_of_the_user_are_taken(folder):
    slot = GpuSlots(["3"], None, folder).acquire()
    assert slot.env["CUDA_VISIBLE_DEVICES"] == "3"


def test_a_gpu_that_is_not_there_is_told_with_those_that_are(folder):
    with pytest.raises(UserValueError) as error:
        GpuSlots(["0", "7"], FakeMonitor(2), folder)
    assert error.value.got == "7"
    assert error.value.expected == "0 (Fake), 1 (Fake)"


@pytest.mark.parametrize("create", [cpu_slots, lambda names: GpuSlots(names, None)])
def test_a_slot_cannot_be_named_twice(create):
    with pytest.raises(UserValueError, match="named twice"):
        create(["1", "1"])


def test_the_folder_of_the_locks_is_for_all_users(tmp_path, monkeypatch):
    monkeypatch.setattr(gpuslots.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = gpuslots.shared_lock_folder()
    assert gpuslots.shared_lock_folder() == folder
    assert (tmp_path / "tfaip-gpus").stat().st_mode & 0o7777 == 0o1777


def test_a_lock_does_not_follow_links(tmp_path):
    (tmp_path / "secret").write_text("")
    (tmp_path / "lock").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError):
        FileLock(str(tmp_path / "lock")).try_acquire()


def fake_nvml():
    """What is used of pynvml, with one GPU."""
    sessions = []
    process = SimpleNamespace(pid=77)
    return SimpleNamespace(
        sessions=sessions,
        NVMLError=RuntimeError,
        nvmlInit=lambda: sessions.append("open"),
        nvmlShutdown=lambda: sessions.append("closed"),
        nvmlDeviceGetCount=lambda: 1,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetUUID=lambda handle: b"GPU-x",
        nvmlDeviceGetName=lambda handle: "Fake 1",
        nvmlDeviceGetComputeRunningProcesses=lambda handle: [process],
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(used=1, total=4),
    )


def test_nvml_is_asked_for_gpus_processes_and_memory():
    nvml = fake_nvml()
    monitor = NvmlMonitor(nvml)
    (gpu,) = monitor.gpus()
    assert gpu == Gpu(0, "GPU-x", "Fake 1")
    assert monitor.use(gpu) == GpuUse((77,), 0.25)
    assert nvml.sessions == ["open", "closed"] * 2


def test_a_gpu_that_nvml_does_not_see_for_a_while_is_not_taken():
    nvml = fake_nvml()
    monitor = NvmlMonitor(nvml)
    (gpu,) = monitor.gpus()
    nvml.nvmlInit = lambda: (_ for _ in ()).throw(RuntimeError("Driver is being updated"))
    assert monitor.use(gpu).reason() == "not seen: Driver is being updated"


def test_a_gpu_whose_lock_cannot_be_opened_is_not_taken(folder, tmp_path):
    (tmp_path / "GPU-0.lock").symlink_to(tmp_path / "other")
    slots = GpuSlots(["0"], FakeMonitor(1), folder)
    assert labels(slots, 1) == [None]
    assert slots.why_not().startswith("GPU 0 is not to be locked: ")


def test_that_nvml_is_missing_or_does_not_work_is_told(monkeypatch, caplog):
    monkeypatch.setattr(gpus.importlib.util, "find_spec", lambda name: None)
    assert gpus.find_monitor() is None
    assert "pip install" in caplog.text
    caplog.clear()
    nvml = fake_nvml()
    nvml.nvmlInit = lambda: (_ for _ in ()).throw(RuntimeError("Driver Not Loaded"))
    monkeypatch.setattr(gpus.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setitem(sys.modules, "pynvml", nvml)
    assert gpus.find_monitor() is None
    assert "Driver Not Loaded" in caplog.text
