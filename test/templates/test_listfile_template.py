# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The list file template runs as it is."""

from templates.listfile.scenario import TemplateScenario
from templates.listfile.test_scenario import params, test_data, test_training  # noqa: F401


def test_without_toy_data_the_lists_are_the_user_s():
    assert TemplateScenario.default_trainer_params().gen.train.lists == []
