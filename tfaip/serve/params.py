# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the prediction service."""

from dataclasses import dataclass, field
from typing import Any, Dict

from paiargparse import pai_dataclass, pai_meta

from tfaip.params.ranges import Range


def _at_least_one(text: str) -> Dict[str, Any]:
    return {**pai_meta(help=text), "range": Range(minimum=1)}


def _positive(text: str) -> Dict[str, Any]:
    return {**pai_meta(help=text), "range": Range(above=0)}


def _not_negative(text: str) -> Dict[str, Any]:
    return {**pai_meta(help=text), "range": Range(minimum=0)}


@pai_dataclass
@dataclass
class ServeParams:
    """Batching and limits of the prediction service."""

    max_batch_size: int = field(
        default=32, metadata=_at_least_one("Samples of different requests that go through the model at once, at most")
    )
    max_wait_ms: float = field(
        default=5.0, metadata=_not_negative("Milliseconds that a sample waits for others to share its batch, at most")
    )
    max_padding: float = field(
        default=0.25,
        metadata={
            **pai_meta(
                help="Samples of different shapes share a batch if padding adds at most this share; 0 for equal shapes"
            ),
            "range": Range(minimum=0, infinite=True),
        },
    )
    queue_size: int = field(
        default=1024, metadata=_at_least_one("Samples under way at most; what comes then is answered with 503")
    )
    threads: int = field(default=2, metadata=_at_least_one("Threads of the pre- and post-processing"))
    timeout: float = field(
        default=30.0, metadata=_positive("Seconds after which a request is given up and answered with 504")
    )
    receive_timeout: float = field(
        default=10.0, metadata=_positive("Seconds that a client has to send its headers, and then its body")
    )
    send_timeout: float = field(
        default=60.0, metadata=_positive("Seconds that a client has to take its answer once it is there")
    )
    max_body_mb: float = field(default=16.0, metadata=_positive("Megabytes of the body of a request, at most"))
    max_array_mb: float = field(
        default=64.0,
        metadata=_positive("Megabytes of a request's images, arrays and meta data once they are decoded, at most"),
    )
    max_pending_mb: float = field(
        default=512.0,
        metadata=_positive("Megabytes of bodies and of answers under way at most; what comes then gets 503"),
    )
    max_samples: int = field(
        default=256, metadata=_at_least_one("Samples of one request, at most; not more than queue_size")
    )
    max_connections: int = field(
        default=1000, metadata=_at_least_one("Open connections, at most; requests of more get 503")
    )
    grace: float = field(
        default=20.0, metadata=_not_negative("Seconds that requests under way have to end after SIGTERM")
    )
    text_inputs: bool = field(
        default=False,
        metadata=pai_meta(
            help="Take texts as inputs. Only if no processor takes them for the names of files on this machine"
        ),
    )
    warm_up: bool = field(default=True, metadata=pai_meta(help="Run the model once before the first request"))

    @property
    def samples_of_request(self) -> int:
        """The most samples of one request: more than the queue has room for would never be taken."""
        return min(self.max_samples, self.queue_size)
