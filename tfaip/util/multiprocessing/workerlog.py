# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Log records of workers, which the handlers of the process that started them get. This module must stay light."""

import logging
from typing import Any, Callable, Dict, NamedTuple

_PLAIN_TYPES = (str, int, float, bool, type(None))


class Logged(NamedTuple):
    """From a worker: a log record.

    Attributes:
        values: The attributes of the record that are numbers and texts.
    """

    values: Dict[str, Any]


class LogLevels(NamedTuple):
    """Which records are wanted.

    Attributes:
        disabled: The level up to which nothing is wanted.
        levels: The levels of the loggers that have one.
    """

    disabled: int
    levels: Dict[str, int]

    @staticmethod
    def of_this_process() -> "LogLevels":
        """Return those of this process."""
        manager = logging.root.manager
        levels = {
            name: logger.level
            for name, logger in list(manager.loggerDict.items())
            if isinstance(logger, logging.Logger) and logger.level != logging.NOTSET
        }
        return LogLevels(manager.disable, {logging.root.name: logging.root.level, **levels})

    def apply(self) -> None:
        """Set the levels in this process."""
        logging.disable(self.disabled)
        for name, level in self.levels.items():
            logging.getLogger(name).setLevel(level)


class ForwardingHandler(logging.Handler):
    """Hands records on.

    Args:
        tell: Takes a record; returns whether it can be handed on. If not it comes out here.
    """

    def __init__(self, tell: Callable[[Logged], bool]):
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a record on."""
        try:
            if not self._tell(_logged(record)) and logging.lastResort is not None:
                logging.lastResort.handle(record)
        except Exception:  # a text that cannot be made; the record is told on the standard error stream
            self.handleError(record)


def handle_here(logged: Logged) -> None:
    """Give a record to the handlers of this process, if its level is wanted."""
    record = logging.makeLogRecord(logged.values)
    logger = logging.getLogger(record.name)
    if logger.isEnabledFor(record.levelno):
        logger.handle(record)


def _logged(record: logging.LogRecord) -> Logged:
    values = {name: value for name, value in record.__dict__.items() if type(value) in _PLAIN_TYPES}
    values.update(msg=record.getMessage(), args=None)
    if record.exc_info:
        values.update(exc_info=None, exc_text=logging.Formatter().formatException(record.exc_info))
    return Logged(values)
