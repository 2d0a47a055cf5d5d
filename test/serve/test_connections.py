# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Clients that are slow, silent, or too many hold no connections for ever."""

import threading

import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from test.serve.running import PAIR, head, status_of, wait_until


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
