# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the scenarios; the type variable has the name of that of the framework."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from paiargparse import pai_dataclass

from test.contract.program.dataset.params import DataParams
from test.contract.program.model.params import EnsembleModelParams, ModelParams
from tfaip import ScenarioBaseParams

TModelParams = TypeVar("TModelParams", bound=ModelParams)


@pai_dataclass
@dataclass
class LineScenarioBaseParams(ScenarioBaseParams[DataParams, TModelParams], Generic[TModelParams]):
    def __post_init__(self):
        self.data.downscale_factor = int(self.model.compute_downscale_factor().x)


@pai_dataclass
@dataclass
class LineScenarioParams(LineScenarioBaseParams[ModelParams]):
    pass


@pai_dataclass
@dataclass
class EnsembleScenarioParams(LineScenarioBaseParams[EnsembleModelParams]):
    pass
