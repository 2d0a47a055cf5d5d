# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Clients that send too much, too slowly, too often, or go away do no harm to the others."""

import http.client
import io
import json
import threading
import zipfile
from contextlib import contextmanager

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from test.serve.running import Client, GatedModel, create_predictor, in_threads, running, wait_until
from test.tinyscenario.scenario import TinyScenario
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.http.server import bind
from tfaip.serve.params import ServeParams
from tfaip.serve.service import PredictionService
from tfaip.serve.serving import Serving

PAIR = {"inputs": [1, 2]}


@pytest.fixture
def model():
    return GatedModel()


@pytest.fixture
def serve(tiny_model, model):
    """A service of the gated model with the given limits; the gate is opened at the end."""

    @contextmanager
    def start(adapter_cls=ServingAdapter, **limits):
        predictor = create_predictor(TinyScenario, tiny_model, model)
        with running(predictor, ServeParams(warm_up=False, **limits), adapter_cls) as client:
            try:
                yield client
            finally:
                model.gate.set()

    return start


def head(body_length):
    lines = ["POST /predict HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {body_length}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status_of(connection):
    """Read an answer."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status


def bomb(n_bytes):
    """An npz archive that is a thousandth of what is in it."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, x=np.zeros(n_bytes, "uint8"))
    return buffer.getvalue()


def lying_archive():
    """An archive whose array says that it is larger than the archive says."""
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "<f8", "fortran_order": False, "shape": (10**10,)})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.npy", array.getvalue())
    return buffer.getvalue()


def test_a_body_beyond_the_limit_is_refused_announced_or_not(serve):
    with serve(max_body_mb=0.01) as client:
        body = json.dumps({"inputs": [1] * 10_000}).encode()
        announced = client.predict(body)
        assert (announced.status, announced.error["code"]) == (413, "too_large")
        chunked = client.ask("POST", "/predict", iter([body[:5_000]] * 10), Content_Type="application/json")
        assert (chunked.status, chunked.error["code"]) == (413, "too_large")
        with client.connect() as connection:
            connection.sendall(head(10**15))
            assert status_of(connection) == 413
        assert client.predict(PAIR).status == 200
        assert client.metric("tfaip_body_bytes_under_way") == 0


def test_a_small_body_with_large_contents_is_refused(serve):
    with serve(max_array_mb=0.1) as client:
        answers = [
            client.predict(bomb(10**7), content_type="application/x-npz"),
            client.predict({"inputs": [[0] * 1000] * 100}),
            client.predict({"samples": [{"inputs": [0] * 1000}] * 100}),
            client.predict({"inputs": [{}] * 2000}),
            client.predict({**PAIR, "meta": {"x": [[]] * 2000}}),
        ]
        image_module = pytest.importorskip("PIL.Image")
        image = io.BytesIO()
        image_module.new("1", (5000, 5000)).save(image, "PNG")
        answers.append(client.predict(image.getvalue(), content_type="image/png"))
        assert [answer.status for answer in answers] == [413] * 6
        assert all("0.1 MB" in answer.error["expected"] for answer in answers)
        assert client.predict(lying_archive(), content_type="application/x-npz").status == 400


def test_many_bodies_that_take_too_much_memory_together_are_to_come_back(serve, model):
    with serve(max_pending_mb=0.03, max_body_mb=0.02) as client:
        model.gate.clear()
        large = json.dumps({**PAIR, "meta": {"text": "x" * 15_000}}).encode()
        answers = in_threads(
            lambda i: (
                release_when(model, lambda: client.metric("tfaip_requests_total{") >= 2)
                if i == 3
                else client.predict(large)
            ),
            range(4),
        )
        statuses = sorted(answer.status for answer in answers[:3])
        assert statuses == [200, 503, 503]
        assert next(answer for answer in answers[:3] if answer.status == 503).headers["retry-after"] == "1"


def test_what_a_request_takes_once_it_is_decoded_counts_too(serve, model):
    with serve(max_pending_mb=0.1) as client:
        # 80 kB out of few bytes twice, of which one is under way
        large = bomb(80_000)
        assert len(large) < 1_000
        model.gate.clear()
        first = threading.Thread(target=client.predict, args=({**PAIR, "meta": {"x": [0] * 5_000}},))
        first.start()
        model.wait_until_entered()
        refused = client.predict(large, content_type="application/x-npz")
        assert (refused.status, refused.error["code"]) == (503, "overloaded")
        model.gate.set()
        first.join()
        assert client.metric("tfaip_body_bytes_under_way") == 0
        assert client.predict(large, content_type="application/x-npz").status == 422


def release_when(model, condition):
    wait_until(condition)
    model.gate.set()


def test_what_is_beyond_the_queue_is_to_come_back_and_readiness_says_so(serve, model):
    with serve(queue_size=3) as client:
        model.gate.clear()
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(client.predict(PAIR))) for _ in range(3)]
        for thread in threads:
            thread.start()
        wait_until(lambda: client.metric("tfaip_samples_under_way ") == 3)
        refused = client.predict(PAIR)
        assert (refused.status, refused.error["code"], refused.headers["retry-after"]) == (503, "overloaded", "1")
        ready = client.get("/ready")
        assert (ready.status, ready.json) == (503, {"status": "full"})
        assert client.get("/health").status == 200
        model.gate.set()
        for thread in threads:
            thread.join()
        assert [answer.status for answer in answers] == [200] * 3
        assert client.get("/ready").status == 200
        several = client.predict({"samples": [PAIR] * 4})
        assert several.status == 503


def test_five_hundred_requests_at_once_are_all_answered(serve):
    with serve() as client:
        answers = in_threads(lambda i: client.predict({"inputs": [i, 1]}), range(500))
        for i, answer in enumerate(answers):
            assert answer.predictions[0]["outputs"]["pred"] == [2.0 * i, 2.0]
        assert client.metric("tfaip_samples_under_way ") == 0


def test_a_prediction_that_takes_too_long_is_given_up_and_its_sample_left_out(serve, model):
    with serve(timeout=0.3) as client:
        model.gate.clear()
        first = threading.Thread(target=client.predict, args=(PAIR,))
        first.start()
        model.wait_until_entered()
        answer = client.predict(PAIR)
        assert (answer.status, answer.error["code"]) == (504, "timeout")
        first.join()
        model.gate.set()
        assert client.predict(PAIR).status == 200
        assert model.batches == [1, 1]
        assert client.metric("tfaip_samples_under_way ") == 0


def test_samples_of_a_client_that_goes_are_left_out(serve, model):
    with serve() as client:
        model.gate.clear()
        first = threading.Thread(target=client.predict, args=(PAIR,))
        first.start()
        model.wait_until_entered()
        body = json.dumps(PAIR).encode()
        with client.connect() as connection:
            connection.sendall(head(len(body)) + body)
            wait_until(lambda: client.metric("tfaip_samples_waiting ") == 1)
        wait_until(lambda: client.metric("tfaip_samples_under_way ") == 1)
        model.gate.set()
        first.join()
        assert client.predict(PAIR).status == 200
        assert model.batches == [1, 1]


def test_clients_that_go_in_the_middle_of_a_body_leave_nothing_behind(serve):
    with serve() as client:
        for _ in range(20):
            with client.connect() as connection:
                connection.sendall(head(1000) + b"{")
        gone = 'tfaip_requests_total{path="/predict",status="499"}'
        wait_until(lambda: client.metric(gone) == 20)
        assert client.metric("tfaip_body_bytes_under_way") == 0
        assert client.predict(PAIR).status == 200


def test_slow_clients_are_given_up(serve):
    with serve(receive_timeout=0.3) as client:
        with client.connect() as silent, client.connect() as slow_head, client.connect() as slow_body:
            slow_head.sendall(b"POST /predict HTTP/1.1\r\nHost:")
            slow_body.sendall(head(100) + b"{")
            assert status_of(slow_body) == 408
            assert silent.recv(100) == b""
            assert slow_head.recv(100) == b""
        assert client.predict(PAIR).status == 200


def test_a_connection_is_kept_between_requests_but_not_for_half_a_request(serve):
    with serve(receive_timeout=0.3) as client:
        with client.connect() as connection:
            for _ in range(2):
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                assert status_of(connection) == 200
            connection.sendall(b"GET /health HTTP/1.1\r\n")
            assert connection.recv(100) == b""


def test_a_long_prediction_is_not_taken_for_a_slow_client(serve, model):
    with serve(receive_timeout=0.2) as client:
        model.gate.clear()
        timer = threading.Timer(1.0, model.gate.set)
        timer.start()
        assert client.predict(PAIR).status == 200
        timer.join()


def test_no_http_and_too_many_connections_are_told(serve):
    with serve(max_connections=3) as client:
        with client.connect() as connection:
            connection.sendall(b"\x16\x03\x01 no http at all\r\n\r\n")
            assert status_of(connection) == 400
        others = [client.connect() for _ in range(4)]
        wait_until(lambda: client.get("/health").status == 503)
        for connection in others:
            connection.close()
        wait_until(lambda: client.get("/health").status == 200)


def test_texts_are_inputs_only_where_somebody_says_so(serve, model):
    class TakesText(ServingAdapter):
        takes_text = True

    for limits in ({"text_inputs": True}, {"adapter_cls": TakesText}):
        with serve(**limits) as client:
            # the processor of the tiny scenario takes none
            assert client.predict({"inputs": "text"}).error["got"] == "ValueError: cannot read 'text'"


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


def test_processors_that_are_stuck_are_told(tiny_model, model, monkeypatch):
    monkeypatch.setattr("tfaip.serve.service._STUCK_SECONDS", 0.1)
    gate = threading.Event()

    class Stuck(ServingAdapter):
        def decode_inputs(self, inputs):
            assert gate.wait(60)
            return inputs

    predictor = create_predictor(TinyScenario, tiny_model, model)
    params = ServeParams(timeout=0.05, threads=2, warm_up=False)
    with running(predictor, params, Stuck) as client:
        assert client.predict(PAIR).status == 504
        assert client.get("/health").status == 200
        assert client.predict(PAIR).status == 504
        wait_until(lambda: client.get("/health").status == 503)
        gate.set()
        wait_until(lambda: client.get("/health").status == 200)


def test_what_our_own_code_fails_on_is_told_without_details(serve, monkeypatch):
    def fail(self, n):
        raise LookupError("secret")

    with serve() as client:
        with monkeypatch.context() as patch:
            patch.setattr(PredictionService, "predict", fail)
            answer = client.predict(PAIR)
        assert (answer.status, answer.error["code"]) == (500, "internal")
        assert b"secret" not in answer.content
        assert client.predict(PAIR).status == 200


def test_who_has_connected_before_the_end_is_still_answered(tiny_model, monkeypatch):
    monkeypatch.setattr("tfaip.serve.http.server._SECONDS_FOR_LAST_REQUESTS", 3.0)
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
