# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The demo removes nothing but an older demo, and finds the accuracy in what the evaluation prints."""

import importlib.util
from pathlib import Path

import pytest

from examples.tutorial.full.data.image_files import read_digit

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "demo.py"


@pytest.fixture(scope="module")
def demo():
    spec = importlib.util.spec_from_file_location("demo", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_older_model_is_removed(demo, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    (model / "trainer_params.json").touch()
    demo.clear(model)
    assert not model.exists()
    demo.clear(model)


def test_anything_else_is_left_alone(demo, tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(SystemExit, match="does not look like a model"):
        demo.clear(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_the_result_is_found_between_other_lines(demo):
    text = 'a {line}\n{"acc": 0.5}\n{\n  "acc": 0.75,\n  "loss": 1\n}\nbatches {"other": 1}\n'
    assert demo.last_json(text)["acc"] == 0.75
    with pytest.raises(SystemExit, match="no result"):
        demo.last_json("nothing")


def test_a_failing_program_ends_the_demo(demo, monkeypatch, tmp_path):
    program = tmp_path / "tfaip-fails"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(demo.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(SystemExit, match="exit code 3"):
        demo.run("tfaip-fails")


def test_the_digits_are_named_by_the_right_answer(demo, tmp_path):
    files = demo.write_test_digits(tmp_path)
    assert [Path(file).stem[-1] for file in files] == list("7210414959")
    assert read_digit(files[0]).shape == (28, 28)
