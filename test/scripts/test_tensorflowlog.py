# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The log level of TensorFlow is set before its import, wherever it was given."""

import os
from pathlib import Path
from typing import Any, Optional

import pytest

from tfaip.scripts.tensorflowlog import set_log_level_of_tensorflow

FLAG = "--trainer.tf_cpp_min_log_level"


def level(args: list[str], stored: Optional[dict[str, Any]] = None) -> str:
    set_log_level_of_tensorflow(["x", *args], stored)
    return os.environ["TF_CPP_MIN_LOG_LEVEL"]


@pytest.fixture(autouse=True)
def _variable(monkeypatch: pytest.MonkeyPatch) -> None:
    # set first, so that it is restored in the end
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "9")
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")


@pytest.mark.parametrize(
    ("args", "expected"), [([FLAG, "1"], "1"), ([f"{FLAG}=3"], "3"), (["--trainer.tf-cpp-min-log-level", "0"], "0")]
)
def test_flag_sets_the_level(args: list[str], expected: str) -> None:
    assert level(args, {"tf_cpp_min_log_level": 2}) == expected


def test_default_is_two_and_wrong_values_are_left_to_the_parser() -> None:
    assert level([FLAG, "loud", "--config", "a_file_that_is_not_there.yaml"]) == "2"


def test_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    assert level([FLAG, "3"]) == "0"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.yaml", "trainer:\n  tf_cpp_min_log_level: 1\n"),
        ("c.yaml", "trainer.tf_cpp_min_log_level: 1\n"),
        ("c.json", '{"trainer": {"tf_cpp_min_log_level": 1}}'),
    ],
)
def test_configuration_file_sets_the_level(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert level(["--config", str(tmp_path / name)], {"tf_cpp_min_log_level": 3}) == "1"


def test_later_file_wins_and_the_flag_over_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [str(tmp_path / f"{n}.yaml") for n in range(3)]
    for n, file in enumerate(files):
        Path(file).write_text("trainer: {epochs: 1}\n" if n == 2 else f"trainer: {{tf_cpp_min_log_level: {n}}}\n")
    assert level(["--config", *files]) == "1"
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
    assert level(["--config", *files, FLAG, "3"]) == "3"


def test_stored_parameters_set_the_level() -> None:
    assert level([], {"tf_cpp_min_log_level": 0}) == "0"
