# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The base class of scenarios with list files."""

from abc import ABC
from typing import Generic

from tfaip.scenario.listfile.params import ListFileTrainerPipelineParams
from tfaip.scenario.scenariobase import ScenarioBase, TScenarioParams


class ListFileScenario(ScenarioBase[TScenarioParams, ListFileTrainerPipelineParams], Generic[TScenarioParams], ABC):
    """A scenario whose samples are the lines of text files, such as paths of images::

    class MyScenario(ListFileScenario[MyScenarioParams]):
        pass
    """
