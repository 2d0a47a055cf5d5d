# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Clients that send too much, too slowly, too often, or go away do no harm to the others."""

import io
import json
import threading
import zipfile

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from test.serve.running import PAIR, head, in_threads, status_of, wait_until
from tfaip.serve.adapter import ServingAdapter
from tfaip.serve.service import PredictionService


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
    with serve(max_pending_mb=0.04, max_body_mb=0.02) as client:
        large = json.dumps({**PAIR, "meta": {"text": "x" * 15_000}}).encode()
        model.gate.clear()
        answers = []
        first = threading.Thread(target=lambda: answers.append(client.predict(large)))
        first.start()
        model.wait_until_entered()
        refused = client.predict(large)
        assert (refused.status, refused.error["code"], refused.headers["retry-after"]) == (503, "overloaded", "1")
        model.gate.set()
        first.join()
        assert [answer.status for answer in answers] == [200]
        assert client.predict(large).status == 200


def test_what_a_request_takes_once_it_is_decoded_counts_too(serve, model):
    with serve(max_pending_mb=0.1) as client:
        # 80 kB out of few bytes twice, of which one is under way
        large = bomb(80_000)
        assert len(large) < 1_000
        model.gate.clear()
        first = threading.Thread(target=client.predict, args=({**PAIR, "meta": {"x": [0] * 1_000}},))
        first.start()
        model.wait_until_entered()
        refused = client.predict(large, content_type="application/x-npz")
        assert (refused.status, refused.error["code"]) == (503, "overloaded")
        model.gate.set()
        first.join()
        assert client.metric("tfaip_body_bytes_under_way") == 0
        assert client.predict(large, content_type="application/x-npz").status == 422


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


def test_more_samples_than_the_queue_has_room_for_are_not_told_to_come_back(serve):
    with serve(queue_size=3) as client:
        answer = client.predict({"samples": [PAIR] * 4})
        assert (answer.status, answer.error["code"], answer.error["expected"]) == (413, "too_large", "at most 3")
        assert client.predict({"samples": [PAIR] * 3}).status == 200
        schemas = client.get("/openapi.json").json["components"]["schemas"]
        assert schemas["Request"]["oneOf"][1]["properties"]["samples"]["maxItems"] == 3


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


def test_texts_are_inputs_only_where_somebody_says_so(serve, model):
    class TakesText(ServingAdapter):
        takes_text = True

    for limits in ({"text_inputs": True}, {"adapter_cls": TakesText}):
        with serve(**limits) as client:
            # the processor of the tiny scenario takes none
            assert client.predict({"inputs": "text"}).error["got"] == "ValueError: cannot read 'text'"


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
