# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A log file on a disk that may be full."""

import logging
import sys

from tfaip.util.file.systemlimits import is_system_limit


class LogFileHandler(logging.FileHandler):
    """Tells once that lines are missing in the file instead of printing a traceback for each.

    So the error that tells what else could not be written on this disk is the last that is seen.
    """

    _is_told = False

    def handleError(self, record: logging.LogRecord) -> None:
        """Tell what was caught while a line was written."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError) and is_system_limit(error):
            self._tell(error)
        else:
            super().handleError(record)

    def close(self) -> None:
        """Close the file, whether or not its last lines can be written."""
        try:
            super().close()
        except OSError as error:
            if not is_system_limit(error):
                raise
            self._tell(error)

    def _tell(self, error: OSError) -> None:
        if not self._is_told:
            self._is_told = True
            sys.stderr.write(f"Lines of the log are lost: {self.baseFilename}: {error.strerror}\n")
