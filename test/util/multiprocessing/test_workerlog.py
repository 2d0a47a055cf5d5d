# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What workers log comes out of the handlers of the process that started them, once, and hinders nothing."""

import functools
import logging
import os
import signal
import threading

import pytest

from test.data.deadline import in_time
from tfaip.util.logging import setup_logging
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.stream.serving import StreamFunction
from tfaip.util.multiprocessing.stream.streamworker import StreamWorker
from tfaip.util.multiprocessing.workerpool import WorkerPool, dump_for_workers

NAME = "worker.of.test"
logger = logging.getLogger(NAME)


class LogsWhenItGoes:
    """Logs whenever the garbage collector likes it."""

    def __init__(self):
        self.cycle = self

    def __del__(self):
        logger.info("gone")


def work(task):
    command, value = task
    if command == "levels":
        logger.debug("debug %s", value)
        logger.info("info %s of %s", value, lambda: None)
        logger.warning("warning %s", value, extra={"number": 7, "thing": threading.Lock()})
    if command == "error":
        try:
            raise LookupError(value)
        except LookupError:
            logger.exception("it failed")
    if command == "many":
        for number in range(value):
            logger.info("%d %s", number, "x" * 1000)
    if command == "threads":
        threads = [threading.Thread(target=work, args=(("many", value),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        return bytes(300_000)
    if command == "wrong":
        logger.info("%d", "no number")
    if command == "garbage":
        return [[LogsWhenItGoes() and None for _ in range(value)], bytes(30_000)]
    if command == "kill":
        logger.info("last words")
        os.kill(os.getpid(), signal.SIGKILL)
    if command == "fork":
        pid = os.fork()
        if pid == 0:
            logger.warning("in a fork")
            os._exit(0)
        os.waitpid(pid, 0)
    return value


def create(module_logs):
    if module_logs:
        logging.basicConfig(level=logging.DEBUG)
        logging.getLogger().info("it starts")
    return work


class LoggingStream(StreamFunction):
    def __call__(self, head, inputs, put):
        for number in inputs:
            logger.info("input %d", number)
            put(number)

    def undeliverable(self, output, failure):
        return failure


def create_stream():
    return LoggingStream()


@pytest.fixture(autouse=True)
def info_level(caplog):
    caplog.set_level(logging.INFO)


def results_of(tasks, num_processes=2, module_logs=False):
    factory = dump_for_workers(functools.partial(create, module_logs), "work")
    pool = WorkerPool(factory, num_processes)
    try:
        return in_time(lambda: [result for _, result in pool.map(tasks)])
    finally:
        pool.close()


def logged(caplog):
    return [record for record in caplog.records if record.name == NAME]


def test_records_come_out_once_with_their_level_and_text(caplog):
    assert results_of([("levels", i) for i in range(5)]) == list(range(5))
    found = sorted((record.levelname, record.getMessage().split(" of ")[0]) for record in logged(caplog))
    assert found == sorted((level, f"{level.lower()} {i}") for level in ("INFO", "WARNING") for i in range(5))
    assert {record.number for record in logged(caplog) if record.levelname == "WARNING"} == {7}
    assert {record.funcName for record in logged(caplog)} == {"work"}
    assert os.getpid() not in {record.process for record in logged(caplog)}


def test_the_level_of_a_logger_counts_in_workers_too(caplog):
    caplog.set_level(logging.DEBUG, NAME)
    results_of([("levels", 1)], 1)
    assert [record.levelname for record in logged(caplog)] == ["DEBUG", "INFO", "WARNING"]
    caplog.clear()
    caplog.set_level(logging.ERROR, NAME)
    results_of([("levels", 1)], 1)
    assert logged(caplog) == []


def test_lines_look_like_those_of_this_process(monkeypatch, capsys):
    monkeypatch.setenv("TFAIP_LOG_LEVEL", "warning")
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    root.handlers[:] = []
    try:
        setup_logging()
        results_of([("levels", 3)], 1)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("WARNING  ") and line.endswith(f"{NAME}: warning 3")


def test_a_traceback_comes_along(caplog):
    results_of([("error", "nothing")], 1)
    (record,) = logged(caplog)
    assert record.exc_info is None and "LookupError: nothing" in record.exc_text
    assert "LookupError: nothing" in caplog.text


@pytest.mark.parametrize("command", ["many", "threads"])
def test_more_lines_than_are_read_hold_nothing_up_for_ever(caplog, command):
    tasks = [(command, 500)] * 6
    results = results_of(tasks)
    assert results == [500 if command == "many" else bytes(300_000)] * 6
    if command == "many":
        assert len(logged(caplog)) == 6 * 500


def test_lines_that_are_logged_in_the_middle_of_anything_harm_nothing(caplog):
    results = results_of([("garbage", 50)] * 200)
    assert [len(content) for content, _ in results] == [50] * 200
    assert {record.getMessage() for record in logged(caplog)} == {"gone"}


def test_the_last_words_of_a_killed_worker_come_out(caplog):
    (failure,) = results_of([("kill", 0)], 1)
    assert isinstance(failure, TaskFailure)
    assert [record.getMessage() for record in logged(caplog)] == ["last words"] * 2


def test_a_fork_of_a_worker_does_not_disturb(caplog):
    assert results_of([("fork", i) for i in range(20)]) == list(range(20))
    assert logged(caplog) == []


def test_a_line_that_cannot_be_made_does_not_end_the_work(caplog):
    assert results_of([("wrong", 5), ("levels", 6)], 1) == [5, 6]


def test_logging_that_a_worker_sets_up_itself_changes_nothing(caplog, capfd):
    results_of([("levels", 1)], 1, module_logs=True)
    assert [record.getMessage() for record in caplog.records if "starts" in record.getMessage()] == ["it starts"]
    assert "it starts" not in capfd.readouterr().err


def test_records_of_a_stream_come_out(caplog):
    worker = StreamWorker(dump_for_workers(create_stream, "work"))
    assert in_time(lambda: list(worker.run(None, range(100)))) == list(range(100))
    worker.close()
    assert [record.getMessage() for record in logged(caplog)] == [f"input {i}" for i in range(100)]
