# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How much is under way, and what is too much."""

from contextlib import contextmanager
from typing import Iterator

from tfaip.serve.errors import overloaded


class Load:
    """Counts the samples and the bytes of requests and answers under way; used by the event loop only.

    Args:
        max_samples: The most samples.
        max_bytes: The most bytes of bodies.

    Attributes:
        samples: Samples under way.
        bytes: Bytes of bodies under way, and of answers that clients have not taken yet.
        answers: The number of these answers.
    """

    def __init__(self, max_samples: int, max_bytes: int):
        self._max_samples = max_samples
        self._max_bytes = max_bytes
        self.samples = 0
        self.bytes = 0
        self.answers = 0

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another sample."""
        return self.samples >= self._max_samples

    @contextmanager
    def of_samples(self, n: int) -> Iterator[None]:
        """Count samples in the block.

        Raises:
            RequestError: There are too many.
        """
        if self.samples + n > self._max_samples:
            raise overloaded(
                "The service is at its limit.",
                expected=f"at most {self._max_samples} samples under way",
                got=f"{n} samples beside {self.samples}",
                hint="try again later",
            )
        self.samples += n
        try:
            yield
        finally:
            self.samples -= n

    @contextmanager
    def of_body(self) -> "Iterator[BodyLoad]":
        """Count the bytes of a body in the block."""
        body = BodyLoad(self)
        try:
            yield body
        finally:
            self.bytes -= body.bytes

    def begin_answer(self, n_bytes: int) -> None:
        """Count an answer that has to wait for its client. It is there already, so it is beyond no limit."""
        self.answers += 1
        self.bytes += n_bytes

    def end_answer(self, n_bytes: int) -> None:
        """Count an answer no more: it is taken, or given up."""
        self.answers -= 1
        self.bytes -= n_bytes

    def add_bytes(self, n: int) -> None:
        """Count bytes.

        Raises:
            RequestError: There are too many.
        """
        if self.bytes + n > self._max_bytes:
            raise overloaded("The service is at its limit of memory for requests.", hint="try again later")
        self.bytes += n


class BodyLoad:
    """The bytes of one body."""

    def __init__(self, load: Load):
        self._load = load
        self.bytes = 0

    def add(self, n: int) -> None:
        """Count bytes.

        Raises:
            RequestError: There are too many of all bodies.
        """
        self._load.add_bytes(n)
        self.bytes += n
