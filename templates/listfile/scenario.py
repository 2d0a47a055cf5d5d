# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario, which ties its parts together."""

from tfaip.scenario.listfile.listfilescenario import ListFileScenario

from .params import TemplateScenarioParams


class TemplateScenario(ListFileScenario[TemplateScenarioParams]):
    """Rename it. The lists are given by ``--train.lists A B --val.lists C``."""
