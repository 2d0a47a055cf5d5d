# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What a stream of tasks through worker processes takes, seen from the process that sends them."""

from typing import Any


class Meter:
    """Adds up what streams take; costs two looks at the clock for each message.

    Attributes:
        n_processes: Number of worker processes of the last stream, 0 if there was none.
        seconds_waited: How long this process had nothing to do but to wait for a worker.
        seconds_worked: How long the workers worked on tasks, all together.
    """

    def __init__(self) -> None:
        self.n_processes = 0
        self.seconds_waited = 0.0
        self.seconds_worked = 0.0

    def take_report(self, report: Any) -> None:
        """Take in what the function of a worker tells about itself; to be overridden.

        Args:
            report: What the method ``report()`` of the function returned, if it has one.
        """
