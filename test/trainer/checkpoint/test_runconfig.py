# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The configuration of a run does not depend on where its parameters were read from."""

from pathlib import Path

from test.scenario.test_resources import CharsScenario
from tfaip.resource.resource import Resource
from tfaip.trainer.checkpoint.runconfig import run_config_text


def test_resources_of_stored_parameters_are_named_in_full_and_their_directory_is_not(tmp_path: Path) -> None:
    params = CharsScenario.default_trainer_params()
    params.scenario.data.resource_base_path = str(tmp_path / "run" / "best")
    params.scenario.data.chars = Resource("resources/chars.txt")
    text = run_config_text(params, CharsScenario.default_trainer_params())
    assert "resource_base_path" not in text
    assert f"chars: {tmp_path}/run/best/resources/chars.txt" in text
    assert params.scenario.data.resource_base_path == str(tmp_path / "run" / "best")
    assert params.scenario.data.chars.initial_path == "resources/chars.txt"
