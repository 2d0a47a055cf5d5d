# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The base class of scenarios with list files."""

from abc import ABC
from typing import TYPE_CHECKING, Generic, Type

from tfaip.scenario.listfile.params import ListFileTrainerPipelineParams
from tfaip.scenario.scenariobase import ScenarioBase, TScenarioParams

if TYPE_CHECKING:
    from tfaip.lav.lav import LAV


class ListFileScenario(ScenarioBase[TScenarioParams, ListFileTrainerPipelineParams], Generic[TScenarioParams], ABC):
    """A scenario whose samples are the lines of text files, such as paths of images.

    A scenario of this kind names its parameters::

        class MyScenario(ListFileScenario[MyScenarioParams]):
            pass
    """

    @classmethod
    def lav_cls(cls) -> "Type[LAV]":
        """Return the class of load-and-validate, which writes its results into a file for each list."""
        from tfaip.scenario.listfile.listfilelav import ListFileLAV

        return ListFileLAV
