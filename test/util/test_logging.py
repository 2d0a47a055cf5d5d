# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Log lines and the log file of a run."""

import logging
import os
import subprocess
import sys

import pytest

from tfaip.util.errors import UserError
from tfaip.util.logging import ParseLogFile, WriteToLogFile, log_level, logger, setup_logging

log = logger("test.some.module")


@pytest.fixture
def root_logger():
    """The root logger, put back as it was."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield root
    root.setLevel(level)
    root.handlers[:] = handlers


def test_importing_changes_nothing():
    code = (
        "import logging, sys; hook = sys.excepthook; import tfaip.util.logging; "
        "root = logging.getLogger(); "
        "sys.exit(bool(root.handlers) or root.level != logging.WARNING or sys.excepthook is not hook)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("value", "level"), [("", logging.INFO), ("debug", logging.DEBUG), ("35", 35)])
def test_the_level_comes_from_the_environment(monkeypatch, value, level):
    monkeypatch.setenv("TFAIP_LOG_LEVEL", value)
    assert log_level() == level


def test_an_unknown_level_is_named(monkeypatch):
    monkeypatch.setenv("TFAIP_LOG_LEVEL", "loud")
    with pytest.raises(ValueError, match="'loud'"):
        log_level()


def test_setup_writes_formatted_lines_to_stderr_once(root_logger, capsys):
    root_logger.handlers[:] = []
    setup_logging()
    setup_logging()
    log.info("hello %s", "world")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("INFO     ")
    assert lines[0].endswith("              test.some.module: hello world")


@pytest.mark.parametrize("append", [True, False])
@pytest.mark.parametrize("exists", [True, False])
def test_a_log_that_is_a_link_out_of_the_run_is_not_written_to(root_logger, tmp_path, append, exists):
    victim = tmp_path / "victim"
    if exists:
        victim.write_text("kept")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "train.log").symlink_to(victim)
    with pytest.raises(UserError, match="leads out of the run"), WriteToLogFile(tmp_path / "run", append=append):
        pass
    assert victim.exists() == exists
    assert not exists or victim.read_text() == "kept"


def test_a_log_that_is_a_pipe_does_not_block(root_logger, tmp_path):
    os.mkfifo(tmp_path / "train.log")
    with pytest.raises(UserError, match="is no file"), WriteToLogFile(tmp_path, append=True):
        pass


def test_a_run_may_itself_be_a_link(root_logger, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "disk")
    with WriteToLogFile(tmp_path / "run", append=False):
        log.warning("here")
    assert "here" in (tmp_path / "disk" / "train.log").read_text()


def test_the_log_file_holds_the_lines_of_its_context_only(root_logger, tmp_path):
    root_logger.setLevel(logging.INFO)
    with WriteToLogFile(tmp_path / "new", append=False):
        log.info("first")
    log.info("outside")
    with WriteToLogFile(tmp_path / "new", append=True):
        log.info("second")
    text = (tmp_path / "new" / "train.log").read_text()
    assert [line.split(": ")[-1] for line in text.splitlines()] == ["first", "second"]
    with WriteToLogFile(tmp_path / "new", append=False):
        log.info("third")
    assert "first" not in (tmp_path / "new" / "train.log").read_text()


def test_the_log_file_sets_logging_up_if_nobody_has(root_logger, tmp_path, monkeypatch):
    monkeypatch.delenv("TFAIP_LOG_LEVEL", raising=False)
    root_logger.handlers[:] = []
    root_logger.setLevel(logging.WARNING)
    with WriteToLogFile(tmp_path, append=False, log_name="my.log"):
        log.info("seen")
    assert "seen" in (tmp_path / "my.log").read_text()


def test_an_error_is_written_to_the_log_file_with_its_traceback(tmp_path):
    with pytest.raises(ZeroDivisionError):
        with WriteToLogFile(tmp_path, append=False):
            _ = 1 / 0
    text = (tmp_path / "train.log").read_text()
    assert "Uncaught exception" in text
    assert "ZeroDivisionError" in text


def test_the_metrics_of_the_last_epoch_are_read_back_as_printed(root_logger, tmp_path):
    root_logger.setLevel(logging.INFO)
    with WriteToLogFile(tmp_path, append=False):
        log.info("Results of epoch %4d %s", 1, "acc: 0.1250 - loss: 2.0000")
        log.info("Results of epoch %4d %s", 12, "acc: 0.5000 - loss/mean_epoch: nan - lr: 1e-05 - val_a b: -1.2500")
        log.info("Start of epoch   13")
    assert ParseLogFile(tmp_path).get_metrics() == {
        "acc": "0.5000",
        "loss/mean_epoch": "nan",
        "lr": "1e-05",
        "val_a b": "-1.2500",
    }


def test_no_log_file_gives_no_metrics_and_a_log_without_results_is_an_error(tmp_path):
    assert ParseLogFile(tmp_path).get_metrics() == {}
    (tmp_path / "train.log").write_text("Start of epoch 1\n")
    with pytest.raises(AssertionError, match="no results yet"):
        ParseLogFile(tmp_path).get_metrics()


def test_full_disk_is_told_once_and_hides_no_other_error(root_logger, tmp_path, capsys, monkeypatch):
    with pytest.raises(ValueError, match="the reason"), WriteToLogFile(tmp_path, append=False) as log_file:
        stream = open("/dev/full", "w")  # noqa: SIM115
        monkeypatch.setattr(log_file._handler, "stream", stream)
        for _ in range(3):
            logging.getLogger("x").warning("a line")
        raise ValueError("the reason")
    err = capsys.readouterr().err
    assert err.count("Lines of the log are lost") == 1
    assert "train.log: No space left on device" in err
    assert "Logging error" not in err
