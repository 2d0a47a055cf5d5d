# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A service ends in order, and it is known whether it still works."""

import asyncio
import functools
import json
import threading
import weakref

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from test.serve.running import PAIR, Client, create_predictor, head, running, status_of, wait_until
from test.tinyscenario.scenario import TinyScenario
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.decoding.request import PredictionRequest, RequestedSample
from tfaip.serve.metrics import Metrics
from tfaip.serve.params import ServeParams
from tfaip.serve.service import PredictionService
from tfaip.serve.serving import Serving
from tfaip.serve.workers import Workers
from tfaip.util.http.address import bind


def test_a_model_that_is_stuck_is_told_and_does_not_keep_the_service_from_its_end(tiny_model, model, monkeypatch):
    monkeypatch.setattr("tfaip.serve.service._STUCK_SECONDS", 0.2)
    predictor = create_predictor(TinyScenario, tiny_model, model)
    serving = Serving(predictor, ServeParams(timeout=0.1, grace=0.1, warm_up=False))
    codes = []
    started = threading.Event()
    with bind("127.0.0.1", 0) as bound:
        client = Client(bound.getsockname())
        thread = threading.Thread(target=lambda: codes.append(serving.run(bound, lambda url: started.set())))
        thread.start()
        assert started.wait(60)
        model.gate.clear()
        assert client.predict(PAIR).status == 504
        wait_until(lambda: client.get("/health").status == 503)
        assert client.get("/ready").json == {"status": "stuck"}
        serving.stop()
        thread.join(60)
    assert codes == [1]
    model.gate.set()
    assert serving.close(60)


@pytest.fixture
def stuck():
    """An adapter that is at work until its gate is opened."""

    class Stuck(ServingAdapter):
        gate = threading.Event()

        def decode_inputs(self, inputs):
            assert self.gate.wait(60)
            return inputs

    yield Stuck
    Stuck.gate.set()


def test_a_processor_that_is_stuck_does_not_keep_the_service_from_its_end(tiny_model, model, stuck):
    predictor = create_predictor(TinyScenario, tiny_model, model)
    service = PredictionService(predictor, ServeParams(threads=1), stuck(predictor.data), Metrics())
    request = PredictionRequest([RequestedSample(np.array([1, 2]))])

    async def give_up():
        task = asyncio.ensure_future(service.predict(request))
        while not service._workers.are_stuck(0):
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(give_up())
    assert service.load.samples == 0
    assert not service.close(timeout=1)
    stuck.gate.set()
    assert service.close(timeout=60)


def test_what_is_given_up_before_a_thread_has_time_for_it_takes_no_memory():
    workers = Workers(1)
    gate = threading.Event()

    async def give_up():
        first = asyncio.ensure_future(workers.run(lambda: gate.wait(60)))
        while not workers.are_stuck(0):
            await asyncio.sleep(0.01)
        body = np.zeros(1000)
        remaining = weakref.ref(body)
        second = asyncio.ensure_future(workers.run(functools.partial(len, body)))
        del body
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        del second
        assert remaining() is None
        gate.set()
        assert await first

    asyncio.run(give_up())
    assert workers.close(60)


def test_processors_that_are_stuck_are_told(tiny_model, model, monkeypatch, stuck):
    monkeypatch.setattr("tfaip.serve.service._STUCK_SECONDS", 0.1)
    gate = stuck.gate
    predictor = create_predictor(TinyScenario, tiny_model, model)
    params = ServeParams(timeout=0.05, threads=2, warm_up=False)
    with running(predictor, params, stuck) as client:
        assert client.predict(PAIR).status == 504
        assert client.get("/health").status == 200
        assert client.predict(PAIR).status == 504
        wait_until(lambda: client.get("/health").status == 503)
        gate.set()
        wait_until(lambda: client.get("/health").status == 200)


def test_who_has_connected_before_the_end_is_still_answered(tiny_model, monkeypatch):
    monkeypatch.setattr("tfaip.util.http.server._SECONDS_FOR_LAST_REQUESTS", 3.0)
    serving = Serving(create_predictor(TinyScenario, tiny_model), ServeParams(warm_up=False))
    ends = threading.Event()
    begin_to_end = serving._begin_to_end
    monkeypatch.setattr(serving, "_begin_to_end", lambda: (begin_to_end(), ends.set()))
    started = threading.Event()
    with bind("127.0.0.1", 0) as bound:
        client = Client(bound.getsockname())
        thread = threading.Thread(target=serving.run, args=(bound, lambda url: started.set()))
        thread.start()
        assert started.wait(60)
        with client.connect() as connection:
            connection.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
            assert status_of(connection) == 200
            serving.stop()
            assert ends.wait(60)
            connection.sendall(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")
            assert status_of(connection) == 503
            body = json.dumps(PAIR).encode()
            connection.sendall(head(len(body)) + body)
            assert status_of(connection) == 200
        thread.join(60)
    assert not thread.is_alive()
