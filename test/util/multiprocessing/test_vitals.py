# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A worker that imports TensorFlow is told once, with the way that led to it; one that has no memory left says so."""

import errno
import os

import numpy as np
import pytest

from tfaip.util.multiprocessing import workerstart
from tfaip.util.multiprocessing.failure import TaskFailure, WorkerError
from tfaip.util.multiprocessing.stream.serving import StreamFunction
from tfaip.util.multiprocessing.stream.streamworker import StreamWorker
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers


def use_helper(task):
    if isinstance(task, int) and task == 5:
        import heavy_helper  # noqa: F401
    return task


def create_light():
    return use_helper


def create_heavy():
    import heavy_helper  # noqa: F401

    return use_helper


class Doubled(StreamFunction):
    def __call__(self, head, inputs, put):
        for value in inputs:
            use_helper(value)
            put(2 * value)

    def undeliverable(self, output, failure):
        return failure


def no_room(*args):
    raise OSError(errno.ENOSPC, "No space left on device")


def create_without_memory():
    os.posix_fallocate = no_room
    return use_helper


def create_stream_without_memory():
    os.posix_fallocate = no_room
    return Doubled()


@pytest.fixture
def heavy_helper(tmp_path, monkeypatch):
    """A module that imports another one named tensorflow, for the workers only."""
    (tmp_path / "tensorflow.py").write_text("")
    (tmp_path / "heavy_helper.py").write_text("import os\n\nimport tensorflow\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(workerstart, "_told_imports", set())


def run(factory, tasks, n_pools=1):
    for _ in range(n_pools):
        pool = WorkerPool(dump_for_workers(factory, "work"), 1, name="work")
        try:
            outcomes = [outcome for _, outcome in pool.map(tasks)]
        finally:
            pool.close()
    return outcomes


def run_stream(factory, tasks):
    worker = StreamWorker(dump_for_workers(factory, "work"), name="work")
    try:
        return list(worker.run(None, tasks))
    finally:
        worker.close()


def warnings(caplog):
    return [record.getMessage() for record in caplog.records if "imported TensorFlow" in record.getMessage()]


@pytest.mark.parametrize("start", ["create_heavy", "use_helper"])
def test_an_import_of_tensorflow_is_told_once_with_its_chain(heavy_helper, caplog, start):
    run(create_heavy if start == "create_heavy" else create_light, range(100), n_pools=2)
    (message,) = warnings(caplog)
    assert f"in {start} -> heavy_helper:3 -> tensorflow" in message
    assert "test_vitals:" in message and "(work)" in message


def test_an_import_of_tensorflow_in_a_stream_is_told(heavy_helper, caplog):
    assert run_stream(Doubled, range(10)) == [2 * i for i in range(10)]
    (message,) = warnings(caplog)
    assert "in use_helper -> heavy_helper:3 -> tensorflow" in message


def test_workers_that_do_not_import_it_are_not_told(heavy_helper, caplog):
    run(create_light, [1, 2, 3])
    assert warnings(caplog) == []


def test_results_that_find_no_memory_are_told():
    (outcome,) = run(create_without_memory, [np.ones(1 << 20)])
    assert isinstance(outcome, TaskFailure)
    assert "No memory is left for the results" in outcome.message
    assert isinstance(outcome.error, WorkerError) and "max_buffer" in outcome.error.hint


def test_results_of_a_stream_that_find_no_memory_are_told():
    with pytest.raises(Exception, match="No memory is left for the results"):
        run_stream(create_stream_without_memory, [np.ones(1 << 20)])


def test_samples_that_find_no_memory_are_told(monkeypatch):
    monkeypatch.setattr(os, "posix_fallocate", no_room)
    with pytest.raises(WorkerError, match="No memory is left for the samples"):
        run(create_light, [np.ones(1 << 20)])
