# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the service counts, in the text format of Prometheus."""

from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counters of one service.

    Attributes:
        requests: Answered requests, by path and status.
        seconds: Their times, by path.
        samples: Samples, by what became of them.
        batch_size: Samples of each batch.
        batch_seconds: Seconds of the model for each batch.
        wait_seconds: Seconds that the oldest sample of each batch waited for the model.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self.requests = Counter("tfaip_requests", "Answered requests", ["path", "status"], registry=registry)
        self.seconds = Histogram(
            "tfaip_request_seconds", "Seconds of a request", ["path"], buckets=_SECONDS, registry=registry
        )
        self.samples = Counter("tfaip_samples", "Samples by what became of them", ["result"], registry=registry)
        self.batch_size = Histogram("tfaip_batch_size", "Samples of a batch", buckets=_SIZES, registry=registry)
        self.batch_seconds = Histogram(
            "tfaip_batch_seconds", "Seconds of the model for a batch", buckets=_SECONDS, registry=registry
        )
        self.wait_seconds = Histogram(
            "tfaip_wait_seconds",
            "Seconds that the oldest sample of a batch waited for the model",
            buckets=_SECONDS,
            registry=registry,
        )

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Add a value that is asked for when the counters are read."""
        Gauge(name, text, registry=self._registry).set_function(value)

    def on_batch(self, size: int, seconds: float, waited: float) -> None:
        """Count a batch."""
        self.batch_size.observe(size)
        self.batch_seconds.observe(seconds)
        self.wait_seconds.observe(waited)

    def text(self) -> bytes:
        """Return all values."""
        return generate_latest(self._registry)
