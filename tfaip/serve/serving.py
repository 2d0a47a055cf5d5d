# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Serving a predictor until the process is told to end."""

import logging
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Dict, Optional, Type

import numpy as np
import tensorflow as tf

from tfaip.params.ranges import check_ranges
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.decoding.request import RequestedSample
from tfaip.serve.http.app import ServingApp
from tfaip.serve.http.server import create_server
from tfaip.serve.metrics import Metrics
from tfaip.serve.params import ServeParams
from tfaip.serve.schema import create_openapi
from tfaip.serve.service import PredictionService
from tfaip.util.http.address import url_of
from tfaip.util.http.server import Server

if TYPE_CHECKING:
    from tfaip.predict.predictorbase import PredictorBase

logger = logging.getLogger(__name__)

EXIT_INTERRUPTED = 130
EXIT_NOT_IN_ORDER = 1


def _ignore(url: str) -> None:
    """Do nothing."""


class Serving:
    """A predictor with what makes a service of it.

    Args:
        predictor: The predictor.
        params: Batching and limits.
        adapter_cls: Translates inputs and outputs.
        title: The name of the service.

    Raises:
        UserError: A limit is out of its range.

    Attributes:
        app: The ASGI application, for a server of one's own; then :meth:`close` has to be called at the end.
    """

    def __init__(
        self,
        predictor: "PredictorBase",
        params: ServeParams,
        adapter_cls: Type[ServingAdapter] = ServingAdapter,
        title: str = "tfaip",
    ):
        check_ranges(params, "serve")
        self.params = params
        adapter = adapter_cls(predictor.data)
        self.service = PredictionService(predictor, params, adapter, Metrics())
        specs = predictor.data.input_layer_specs() if self.service.takes_tensors else None
        openapi = create_openapi(title, specs, _outputs(predictor), adapter, params, self.service.is_processed)
        self._serving_app = ServingApp(self.service, openapi)
        self.app = self._serving_app.create()
        self._server: Optional[Server] = None
        if params.warm_up and specs is not None:
            self._warm_up(specs)

    def run(self, bound: socket.socket, on_start: Callable[[str], None] = _ignore) -> int:
        """Answer requests until SIGTERM, Ctrl-C, or :meth:`stop`.

        Args:
            bound: A bound socket.
            on_start: Is called with the URL as soon as requests are taken.

        Returns:
            The exit code: 0 after SIGTERM, 130 after Ctrl-C; 1 if some requests were not answered, some answers not
            taken, or threads still work, which the caller has to end the process for.
        """
        url = url_of(bound)
        server = create_server(self.app, self.params, self.service.load, lambda: on_start(url), self._begin_to_end)
        self._server = server
        server.run(sockets=[bound])
        if not self.close(timeout=1.0):
            logger.error("Ended before all requests were answered, and model and processors done")
            return EXIT_NOT_IN_ORDER
        return EXIT_INTERRUPTED if server.signal == signal.SIGINT else 0

    def stop(self) -> None:
        """Let :meth:`run` end in order; may be called in any thread."""
        if self._server is not None:
            self._server.should_exit = True

    def close(self, timeout: float) -> bool:
        """End the threads, and return whether nothing is at work any more after ``timeout`` seconds."""
        return self.service.close(timeout)

    def _begin_to_end(self) -> None:
        self._serving_app.ends = True
        logger.info("Ends as soon as the requests under way are answered")

    def _warm_up(self, specs: Dict[str, tf.TensorSpec]) -> None:
        """Let TensorFlow prepare the graph, if it is known what goes into it."""
        tensors: Dict[str, np.ndarray] = {}
        for name, spec in specs.items():
            if not spec.shape.is_fully_defined() or spec.dtype == tf.string:
                return
            tensors[name] = np.zeros(spec.shape.as_list(), spec.dtype.as_numpy_dtype)
        self.service.warm_up(RequestedSample(tensors, is_tensors=True))


def _outputs(predictor: "PredictorBase") -> Optional[Dict[str, tf.TensorSpec]]:
    """Return the outputs of the network, None if there are several, or they are not known."""
    if getattr(predictor, "models", None) is not None:
        return None
    return getattr(getattr(predictor, "model", None), "output_specs", None)
