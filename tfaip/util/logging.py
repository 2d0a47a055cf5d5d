# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Log lines: format, level, the log file of a run, and reading metrics back from it.

Importing this module changes nothing: programs call :func:`setup_logging`, or enter :class:`WriteToLogFile`.
"""

import logging
import os
import re
import shlex
import sys
from types import TracebackType
from typing import Dict, List, Optional, Union

from tfaip.util.errors import UserError, UserValueError
from tfaip.util.file.inside import links_out
from tfaip.util.logfilehandler import LogFileHandler
from tfaip.util.plaintext import without_controls
from tfaip.util.termination import Terminated

LOG_FORMAT = "{levelname:<8s} {asctime} {name:>30.30s}: {message}"
# their messages of level INFO tell nothing to a user of this package
CHATTY_LOGGERS = ("absl", "tensorflow")
LOG_LEVEL_VARIABLE = "TFAIP_LOG_LEVEL"
RESULTS_MARK = "Results of epoch"
# attribute of a record, log.info(..., extra={SHOWN: True}): the terminal shows it already, it is for files only
SHOWN = "tfaip_shown"

_RESULTS = re.compile(re.escape(RESULTS_MARK) + r"\s+\d+\s+(?P<metrics>.*)$")
_METRIC = re.compile(r"(?P<name>\S.*?): (?P<value>[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|nan|inf))(?: - |\s*$)")


class NoResultsError(UserError, AssertionError):
    """A log file holds no results of an epoch."""


def logger(name: str) -> logging.Logger:
    """Return the logger of a module, usually called with ``__name__``."""
    return logging.getLogger(name)


def log_level() -> int:
    """Return the level that ``TFAIP_LOG_LEVEL`` asks for (a name or a number), INFO if it is not set.

    Raises:
        UserValueError: The variable holds something else.
    """
    text = os.environ.get(LOG_LEVEL_VARIABLE, "").strip()
    if not text:
        return logging.INFO
    names = logging.getLevelNamesMapping()
    if text.upper() in names:
        return names[text.upper()]
    try:
        return int(text)
    except ValueError as error:
        raise UserValueError(
            "The log level is unknown.",
            where=f"environment variable {LOG_LEVEL_VARIABLE}",
            expected="debug, info, warning, error, critical or a number",
            got=repr(text),
            hint=f"export {LOG_LEVEL_VARIABLE}=info",
        ) from error


def setup_logging() -> None:
    """Send log lines to the standard error stream; for programs, never called by importing a module.

    A root logger that somebody has already set up keeps its handlers, only the level is set. Calling it again is
    harmless.
    """
    level = log_level()
    root = logging.getLogger()
    root.setLevel(level)
    for name in CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING) if level > logging.DEBUG else level)
    if not root.handlers:
        handler = _Terminal()
        handler.setFormatter(_formatter())
        handler.addFilter(_is_to_be_shown)
        root.addHandler(handler)


class _Terminal(logging.Handler):
    """Writes to what is the standard error stream at that time: a live display replaces it while it draws."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def _is_to_be_shown(record: logging.LogRecord) -> bool:
    return not getattr(record, SHOWN, False)


class _Formatter(logging.Formatter):
    """Writes lines that hold nothing but text, whatever the values in them come from."""

    def format(self, record: logging.LogRecord) -> str:
        return without_controls(super().format(record))


def _formatter() -> logging.Formatter:
    return _Formatter(LOG_FORMAT, style="{")


class _Waiting(logging.Handler):
    """Keeps the lines of a log."""

    def __init__(self) -> None:
        super().__init__()
        self.records: List[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _check_log_file(path: str) -> None:
    """Refuse to write lines to what only looks like a log: a run of a stranger could bring a link to any file."""
    leads_out = next(links_out(path, [os.path.dirname(path)]), None) is not None
    if leads_out or (os.path.exists(path) and not os.path.isfile(path)):
        raise UserError(
            "The log file leads out of the run." if leads_out else "The log file is no file.",
            where=path,
            expected="a file, or nothing yet",
            got=f"a link to {os.path.realpath(path)}" if os.path.islink(path) else "something else",
            hint=f"rm {shlex.quote(path)}",
        )


class WriteToLogFile:
    """Context manager that also writes all log lines to a file; sets logging up if nobody has.

    An error that leaves the context is written to the file with its traceback.

    Args:
        log_dir: Folder of the file, created if missing.
        append: Whether to keep what the file holds (a resumed run) or to start anew.
        log_name: Name of the file.
        wait: Keep the lines until :meth:`open` is called. The file is not touched if the context ends before, unless an
            error ends it that is no mistake of the user.
    """

    def __init__(
        self, log_dir: Union[str, "os.PathLike[str]"], append: bool, log_name: str = "train.log", wait: bool = False
    ):
        self.log_dir = os.fspath(log_dir)
        self.append = append
        self.log_name = log_name
        self.wait = wait
        self._handler: Optional[logging.Handler] = None
        self._waiting: Optional[_Waiting] = None

    def __enter__(self) -> "WriteToLogFile":
        if not logging.getLogger().handlers:
            setup_logging()
        if self.wait:
            self._waiting = _Waiting()
            logging.getLogger().addHandler(self._waiting)
        else:
            self.open()
        return self

    def open(self) -> None:
        """Open the file and write the lines that have waited for it; calling it again is harmless.

        Raises:
            UserError: It is a link out of its folder, or no file.
        """
        if self._handler is not None:
            return
        os.makedirs(self.log_dir, exist_ok=True)
        path = os.path.join(self.log_dir, self.log_name)
        _check_log_file(path)
        self._handler = LogFileHandler(path, mode="a" if self.append else "w", encoding="utf-8")
        self._handler.setFormatter(_formatter())
        for record in self._stop_waiting():
            self._handler.handle(record)
        logging.getLogger().addHandler(self._handler)

    def _stop_waiting(self) -> List[logging.LogRecord]:
        if self._waiting is None:
            return []
        logging.getLogger().removeHandler(self._waiting)
        records, self._waiting = self._waiting.records, None
        return records

    def __exit__(
        self,
        exc_type: Optional[type[BaseException]],
        exc_value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self._waiting is not None and exc_value is not None and not _is_of_user(exc_value):
            self.open()
        self._stop_waiting()
        if self._handler is None:
            return
        if exc_type is not None and exc_value is not None and issubclass(exc_type, Exception):
            record = logging.LogRecord(
                __name__, logging.ERROR, __file__, 0, "Uncaught exception", None, (exc_type, exc_value, traceback)
            )
            self._handler.handle(record)
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        self._handler = None


def _is_of_user(error: BaseException) -> bool:
    return isinstance(error, (UserError, KeyboardInterrupt, Terminated))


class ParseLogFile:
    """Reads metrics back from the log file of a run.

    Args:
        log_dir: Folder of the file.
        log_name: Name of the file.
    """

    def __init__(self, log_dir: Union[str, "os.PathLike[str]"], log_name: str = "train.log"):
        self.path = os.path.join(os.fspath(log_dir), log_name)

    def get_metrics(self) -> Dict[str, str]:
        """Return the metrics of the last epoch as they were printed, ``{}`` if there is no such file.

        Raises:
            NoResultsError: The file holds no line with the results of an epoch (an ``AssertionError`` too).
        """
        if not os.path.exists(self.path):
            return {}
        with open(self.path, encoding="utf-8") as file:
            results = [found for found in map(_RESULTS.search, (line.rstrip("\n") for line in file)) if found]
        if not results:
            raise NoResultsError(
                "The log holds no results yet.",
                where=self.path,
                expected=f"a line with '{RESULTS_MARK}'",
                hint="wait until the first epoch has ended",
            )
        metrics = results[-1].group("metrics")
        return {found.group("name"): found.group("value") for found in _METRIC.finditer(metrics)}
