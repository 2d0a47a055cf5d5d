# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Clients that are slow, silent, or too many hold no connections for ever."""

import json
import socket
import threading

import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from test.serve.running import DEADLINE, PAIR, create_predictor, head, running, status_of, wait_until
from test.tinyscenario.scenario import TinyScenario
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.params import ServeParams

# of the answer, in bytes
LENGTH = 16_000_000


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
        refused = client.predict(PAIR)
        assert (refused.status, refused.error["code"], refused.headers["retry-after"]) == (503, "overloaded", "1")
        assert refused.headers["connection"] == "close"
        for connection in others:
            connection.close()
        wait_until(lambda: client.get("/health").status == 200)


class Long(ServingAdapter):
    """Answers with more than the system keeps for a client that does not read."""

    def encode_outputs(self, sample):
        return {"text": "x" * LENGTH}


def ask_only(client):
    """Send a request, and leave the answer."""
    connection = socket.socket()
    connection.settimeout(DEADLINE)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(client.address)
    body = json.dumps(PAIR).encode()
    connection.sendall(head(len(body)) + body)
    return connection


def received(connection):
    """How much still comes, until the other side ends the connection."""
    total = 0
    try:
        while part := connection.recv(1_000_000):
            total += len(part)
    except ConnectionResetError:
        pass
    return total


def test_an_answer_counts_until_its_client_has_taken_it(serve):
    with serve(adapter_cls=Long) as client, ask_only(client) as connection:
        wait_until(lambda: client.metric("tfaip_body_bytes_under_way") > LENGTH / 2)
        assert status_of(connection) == 200
        wait_until(lambda: client.metric("tfaip_body_bytes_under_way") == 0)


def test_a_client_that_does_not_take_its_answer_is_given_up(serve):
    answered = 'tfaip_requests_total{path="/predict",status="200"}'
    with serve(adapter_cls=Long, send_timeout=0.3) as client, ask_only(client) as connection:
        wait_until(lambda: client.metric(answered) == 1 and client.metric("tfaip_body_bytes_under_way") == 0)
        assert received(connection) < LENGTH
        assert client.predict(PAIR).status == 200


def test_answers_that_are_not_taken_leave_no_room_for_other_requests(serve):
    with serve(adapter_cls=Long, max_pending_mb=1) as client, ask_only(client) as connection:
        wait_until(lambda: client.metric("tfaip_body_bytes_under_way") > LENGTH / 2)
        refused = client.predict(PAIR)
        assert (refused.status, refused.error["code"]) == (503, "overloaded")
        assert status_of(connection) == 200
        wait_until(lambda: client.metric("tfaip_body_bytes_under_way") == 0)
        assert client.predict(PAIR).status == 200


def test_an_answer_that_is_not_taken_at_the_end_is_told(tiny_model, model):
    predictor = create_predictor(TinyScenario, tiny_model, model)
    with running(predictor, ServeParams(grace=0), Long, code=1) as client:
        connection = ask_only(client)
        wait_until(lambda: client.metric("tfaip_body_bytes_under_way") > LENGTH / 2)
    connection.close()
