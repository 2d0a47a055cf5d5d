# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The examples of the page on configuration files are read as they stand there."""

import os
import re
from pathlib import Path

import pytest

from tfaip.scripts import train
from tfaip.util.tfaipargparse import ParameterErrors

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
SCENARIO = "examples.tutorial.full"
MARK = "# test: mistakes\n"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def parse(text, tmp_path, monkeypatch):
    (tmp_path / "cnn.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return train.parse_args([SCENARIO, "--config", "cnn.yaml"])[1]


@pytest.mark.parametrize("text", [text for text in blocks("yaml") if not text.startswith(MARK)])
def test_examples_are_read(text, tmp_path, monkeypatch):
    assert parse(text, tmp_path, monkeypatch) != train.parse_args([SCENARIO])[1]


def test_three_forms_say_the_same(tmp_path, monkeypatch):
    same = [text for text in blocks("yaml") if "filters" in text and "batch_size" not in text and MARK not in text]
    found = [parse(text, tmp_path, monkeypatch) for text in same]
    assert len(found) == 3
    assert found[0] == found[1] == found[2]


def test_the_mistakes_are_those_of_the_page(tmp_path, monkeypatch):
    (text,) = [text for text in blocks("yaml") if text.startswith(MARK)]
    (message,) = blocks("text")
    with pytest.raises(ParameterErrors) as error:
        parse(text, tmp_path, monkeypatch)
    assert str(error.value) == message.strip()


def test_commands_are_understood(tmp_path, monkeypatch, capsys):
    for name in ("cnn.yaml", "base.yaml", "models/cnn/config.yaml"):
        os.makedirs(os.path.dirname(tmp_path / name), exist_ok=True)
        (tmp_path / name).write_text("trainer: {epochs: 3}\n")
    monkeypatch.chdir(tmp_path)
    lines = [line for block in blocks("bash") for line in block.splitlines()]
    assert len(lines) == 5
    for line in lines:
        args = line.partition(" > ")[0].split()
        assert args[0] == "tfaip-train"
        if "--print_config" in args:
            with pytest.raises(SystemExit) as end:
                train.parse_args(args[1:])
            assert end.value.code == 0
        else:
            assert train.parse_args(args[1:])[1].epochs in (1, 3)
