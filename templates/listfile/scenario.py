# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The scenario, which ties its parts together."""

from tfaip import TrainerParams
from tfaip.scenario.listfile.listfilescenario import ListFileScenario

from .params import TemplateScenarioParams
from .toydata import toy_list


class TemplateScenario(ListFileScenario[TemplateScenarioParams]):
    """Data, model and parameters of the task."""

    @classmethod
    def default_trainer_params(cls) -> TrainerParams:
        params = super().default_trainer_params()
        params.epochs = 20
        # Replace: --train.lists A B --val.lists C are better than paths in the code, so remove these two lines.
        params.gen.train.lists = toy_list("train")
        params.gen.val.lists = toy_list("val")
        return params
