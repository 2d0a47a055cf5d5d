# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``tfaip-serve`` as a process of its own, and what ends it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")

from test.serve.hangingscenario import HangingScenario
from test.serve.running import DEADLINE, Client, create_predictor
from test.tinyscenario.scenario import TinyScenario, export_model
from tfaip.predict.params import PredictorParams
from tfaip.scenario.archive.packing import pack_model_directory
from tfaip.scripts import serve
from tfaip.util.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """The program, in a folder that holds nothing."""

    def __init__(self, folder, *args):
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CUDA_VISIBLE_DEVICES": "",
            "TMPDIR": str(self.temporary),
        }
        command = [sys.executable, "-m", "tfaip.scripts.serve", "--port", "0", *args]
        self.log = folder / "log.txt"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        found = re.fullmatch(r"Serving on http://([\d.]+):(\d+), documentation: \S+/docs\n", line)
        assert found, (line, self.log.read_text())
        self.client = Client((found[1], int(found[2])))

    @property
    def unpacked(self):
        """The folders of archives."""
        return list(self.temporary.glob("tfaip-model-*"))

    def end(self, number):
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        code = self.process.wait(DEADLINE)
        self.process.stdout.close()
        return code


@pytest.fixture
def start(tmp_path):
    started = []

    def start_process(*args):
        started.append(Process(tmp_path, *args))
        return started[-1]

    yield start_process
    for item in started:
        if item.process.poll() is None:
            item.process.kill()
            item.wait()


def test_the_program_predicts_what_the_predictor_predicts_and_ends_in_order_under_load(tiny_model, start):
    program = start("--export_dir", tiny_model, "--serve.max_batch_size", "8")
    with create_predictor(TinyScenario, tiny_model).raw() as predict:
        expected = {i: predict([i, -i]).outputs["label"] for i in range(4)}
    answers, refused = [], []
    enough = threading.Semaphore(0)

    def ask_again_and_again(thread):
        number = thread
        while True:
            number = (number + 1) % 4
            try:
                answer = program.client.predict({"inputs": [number, -number]})
            except (ConnectionRefusedError, ConnectionResetError):
                refused.append(thread)
                return
            answers.append((number, answer))
            enough.release()

    threads = [threading.Thread(target=ask_again_and_again, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for _ in range(100):
        assert enough.acquire(timeout=DEADLINE)
    assert program.end(signal.SIGTERM) == 0
    for thread in threads:
        thread.join(DEADLINE)
    assert len(refused) == 16
    for number, answer in answers:
        assert answer.predictions[0]["outputs"]["label"] == expected[number]
    assert "Traceback" not in program.log.read_text()


def test_an_archive_is_served_from_a_folder_that_is_gone_at_the_end(tiny_model, tmp_path, start):
    archive = str(tmp_path / "model.zip")
    pack_model_directory(tiny_model, archive)
    program = start("--export_dir", archive)
    assert len(program.unpacked) == 1
    with create_predictor(TinyScenario, tiny_model).raw() as predict:
        expected = predict([1, 2]).outputs["pred"]
    [prediction] = program.client.predict({"inputs": [1, 2]}).predictions
    np.testing.assert_allclose(prediction["outputs"]["pred"], expected, rtol=1e-5)
    assert program.end(signal.SIGTERM) == 0
    assert not program.unpacked
    assert os.path.isfile(archive)


def test_a_processor_that_hangs_does_not_keep_the_program_from_its_end(tmp_path, start):
    model, archive = str(tmp_path / "model"), str(tmp_path / "model.zip")
    export_model(model, scenario_cls=HangingScenario)
    pack_model_directory(model, archive)
    program = start("--export_dir", archive, "--serve.timeout", "0.5", "--serve.grace", "0")
    assert program.client.predict({"inputs": [1, 2]}).status == 504
    assert len(program.unpacked) == 1
    assert program.end(signal.SIGTERM) == 1
    assert not program.unpacked
    assert "Ended before all requests were answered, and model and processors done" in program.log.read_text()


def test_a_port_in_use_is_told_before_the_model_is_loaded(tiny_model, monkeypatch):
    monkeypatch.setattr(serve, "_create_predictor", lambda *args: pytest.fail("loaded"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UserError, match="in use") as error:
            serve.main(["--export_dir", tiny_model, "--port", str(port)])
    assert f"--port {port}" in str(error.value)


@pytest.mark.parametrize(
    ("args", "match"),
    [
        (["--host", "no.such.host.invalid"], "The host is unknown"),
        (["--host", "\udcff"], "The host is unknown"),
        (["--host", "x" * 300], "The host is unknown"),
        (["--host", "192.0.2.1"], "cannot be used"),
        (["--port", "70000"], "no such port"),
        (["--port", "http"], "port"),
        (["--serve.max_batch_size", "0"], "serve.max_batch_size"),
        (["--serve.timeout", "nan"], "serve.timeout"),
        (["--serve.max_batch", "3"], "max_batch_size"),
    ],
)
def test_wrong_arguments_are_told(tiny_model, monkeypatch, args, match):
    monkeypatch.setattr(serve, "_create_predictor", lambda *args: pytest.fail("loaded"))
    with pytest.raises(UserError, match=match):
        serve.main(["--export_dir", tiny_model, *args])


@pytest.mark.parametrize("missing", ["", "serve", "serve/saved_model.pb", "scenario_params.json"])
def test_an_incomplete_model_is_told(tiny_model, tmp_path, missing):
    broken = tmp_path / "broken"
    shutil.copytree(tiny_model, broken)
    removed = broken / missing
    shutil.rmtree(removed) if removed.is_dir() else removed.unlink()
    with pytest.raises(UserError, match="broken"):
        serve.main(["--export_dir", str(broken), "--port", "0"])


def test_a_damaged_model_is_told(tiny_model, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny_model, broken)
    (broken / "serve" / "saved_model.pb").write_bytes(b"damaged")
    with pytest.raises(UserError, match="broken"):
        serve.main(["--export_dir", str(broken), "--port", "0"])


def test_missing_packages_are_told_before_anything_is_loaded(tiny_model, monkeypatch):
    monkeypatch.setattr(serve, "NEEDED_PACKAGES", ("json", "no_such_package"))
    monkeypatch.setattr(serve, "load_scenario", lambda path: pytest.fail("loaded"))
    with pytest.raises(UserError, match="no_such_package") as error:
        serve.main(["--export_dir", tiny_model])
    assert "tfaip[serve]" in str(error.value)


def test_several_models_vote_and_ctrl_c_ends_with_130(tiny_model, tmp_path, start):
    # with another pre-processing
    second = str(tmp_path / "second")
    export_model(second, seed=2, factor=2.0)
    program = start("--export_dir", tiny_model, second)
    [prediction] = program.client.predict({"inputs": [1, 2], "meta": {"id": 3}}).predictions
    predictor = TinyScenario.create_multi_predictor([tiny_model, second], PredictorParams(silent=True))
    with predictor.raw() as predict:
        expected = predict([1, 2]).outputs
    assert prediction["outputs"]["voters"] == expected["voters"]
    np.testing.assert_allclose(prediction["outputs"]["pred"], expected["pred"], rtol=1e-5)
    assert prediction["meta"] == {"id": 3}
    assert program.client.predict({"tensors": {"x": [1, 2]}}).error["message"].endswith("takes no tensors.")
    assert program.client.get("/docs").status == 200
    assert program.client.get("/ready").status == 200
    assert program.end(signal.SIGINT) == 130
    assert "Traceback" not in program.log.read_text()
