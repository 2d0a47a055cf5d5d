# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A service in a thread of the test, asked over real connections."""

import base64
import http.client
import io
import json
import socket
import threading
import time
from contextlib import contextmanager
from typing import Any, Iterator, Optional

import numpy as np

from test.httpclient import DEADLINE, Answer, HttpClient
from tfaip.predict.params import PredictorParams
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.params import ServeParams
from tfaip.serve.serving import Serving
from tfaip.util.http.address import bind

PAIR = {"inputs": [1, 2]}


class PredictionAnswer(Answer):
    @property
    def predictions(self) -> Any:
        assert self.status == 200, self.content
        return self.json["predictions"]


class Client(HttpClient):
    answer_cls = PredictionAnswer

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=DEADLINE)

    def predict(
        self, content: Any, query: str = "", content_type: str = "application/json", **headers: str
    ) -> PredictionAnswer:
        body = content if isinstance(content, (bytes, bytearray)) else json.dumps(content).encode()
        return self.ask("POST", f"/predict{query}", body, Content_Type=content_type, **headers)

    def metric(self, name: str) -> float:
        lines = self.get("/metrics").content.decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


class GatedModel:
    """Doubles x. It waits in each batch while the gate is closed, and fails on a batch with a number above 1000."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self.batches: list = []

    def __call__(self, inputs: dict) -> dict:
        self.batches.append(len(inputs["x"]))
        self.entered.release()
        assert self.gate.wait(DEADLINE)
        if (inputs["x"] > 1000).any():
            raise ValueError("the model cannot count so far")
        # as in the graph of the tiny scenario
        return {"pred": inputs["x"] * 2, "class": np.zeros(len(inputs["x"]), int)}

    def wait_until_entered(self) -> None:
        assert self.entered.acquire(timeout=DEADLINE)


def create_predictor(scenario_cls: Any, path: str, model: Any = None) -> Any:
    predictor = scenario_cls.create_predictor(path, PredictorParams(silent=True, progress_bar=False))
    if model is not None:
        predictor.set_model(model)
    return predictor


@contextmanager
def running(
    predictor: Any, params: Optional[ServeParams] = None, adapter_cls: type = ServingAdapter, code: int = 0
) -> Iterator[Client]:
    """A service of the predictor; it must end in order, or with another code."""
    serving = Serving(predictor, params or ServeParams(), adapter_cls)
    started = threading.Event()
    codes: list = []
    with bind("127.0.0.1", 0) as bound:
        thread = threading.Thread(target=lambda: codes.append(serving.run(bound, lambda url: started.set())))
        address = bound.getsockname()
        thread.start()
        assert started.wait(DEADLINE)
        try:
            yield Client(address)
        finally:
            serving.stop()
            thread.join(DEADLINE)
    assert codes == [code]


def in_threads(function: Any, arguments: Any) -> list:
    """The results of the function for each of the arguments, each in a thread of its own."""
    results: dict = {}

    def run(index: int, argument: Any) -> None:
        results[index] = function(argument)

    threads = [threading.Thread(target=run, args=item) for item in enumerate(arguments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    return [results[index] for index in range(len(threads))]


def wait_until(condition: Any) -> None:
    """Wait for a condition, at most until the deadline."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.01)


def base64_array(array: np.ndarray) -> dict:
    return {"b64": base64.b64encode(array.tobytes()).decode(), "dtype": array.dtype.name, "shape": list(array.shape)}


def head(body_length):
    lines = ["POST /predict HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {body_length}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status_of(connection):
    """Read an answer."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npy_header(dtype, shape):
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": dtype, "fortran_order": False, "shape": shape})
    return buffer.getvalue()
