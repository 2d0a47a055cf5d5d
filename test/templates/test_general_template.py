# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The general template runs as it is, also under the name of the examples."""

from templates.general.test_scenario import test_data, test_training  # noqa: F401
from tfaip.scenario.scenariobase import import_scenario


def test_is_reachable_from_the_examples():
    assert import_scenario("examples.template.general").__name__ == "TemplateScenario"


def test_a_copy_with_another_name_works(tmp_path, monkeypatch):
    import shutil

    shutil.copytree("templates/general", tmp_path / "copied_scenario")
    monkeypatch.syspath_prepend(tmp_path)
    scenario = import_scenario("copied_scenario")
    assert scenario.default_params().scenario_id == "copied_scenario.scenario:TemplateScenario"
