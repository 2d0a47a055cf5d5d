# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a training."""

import re
from dataclasses import dataclass, field
from typing import Optional

from paiargparse import pai_dataclass, pai_meta

from test.contract.program.dataset.codec import CodecConstructionParams
from test.contract.program.model.params import (
    ConvLayerParams,
    DropoutLayerParams,
    IntVec2D,
    LstmLayerParams,
    PoolLayerParams,
)
from test.contract.program.scenario_params import LineScenarioParams
from test.contract.program.training.pipeline_params import (
    LinePipelineParams,
    SplitPipelineParams,
    TrainOnlyPipelineParams,
)
from tfaip import TrainerParams as TfaipTrainerParams
from tfaip import TrainerPipelineParamsBase
from tfaip.util.tfaipargparse import post_init

VERSION = 6


@pai_dataclass
@dataclass
class TrainerParams(TfaipTrainerParams[LineScenarioParams, LinePipelineParams]):
    gen: TrainerPipelineParamsBase = field(
        default_factory=LinePipelineParams,
        metadata=pai_meta(
            disable_subclass_check=False, choices=[LinePipelineParams, SplitPipelineParams, TrainOnlyPipelineParams]
        ),
    )
    version: int = field(default=VERSION, metadata=pai_meta(mode="ignore"))
    data_aug_retrain_on_original: bool = field(default=True, metadata=pai_meta(help="End with the lines as they are"))
    current_stage: int = field(default=0, metadata=pai_meta(mode="ignore"))
    scale_epoch_size_no_da_train: float = field(default=-1, metadata=pai_meta(mode="ignore"))
    progress_bar: bool = field(default=True, metadata=pai_meta(help="Show progress"))
    auto_upgrade_checkpoints: bool = True
    codec: CodecConstructionParams = field(
        default_factory=CodecConstructionParams, metadata=pai_meta(fix_dc=True, mode="flat")
    )
    best_model_prefix: str = field(default="best", metadata=pai_meta(help="Name of the best model"))
    network: Optional[str] = field(default=None, metadata=pai_meta(mode="flat", help="The layers in short"))

    def __post_init__(self):
        super().__post_init__()
        if self.network:
            self.scenario.model.layers = [_layer(text) for text in self.network.split(",")]
            post_init(self.scenario)
        self.scenario.default_serve_dir = f"{self.best_model_prefix}.ckpt"
        self.scenario.trainer_params_filename = f"{self.best_model_prefix}.ckpt.json"
        if self.early_stopping.best_model_output_dir is None:
            self.early_stopping.best_model_output_dir = self.output_dir


def _layer(text):
    name, *numbers = re.split("[=x:]", text)
    values = [float(number) for number in numbers]
    if name == "cnn":
        return ConvLayerParams(filters=int(values[0]))
    if name == "pool":
        return PoolLayerParams(pool_size=IntVec2D(int(values[0]), int(values[1])))
    return LstmLayerParams(hidden_nodes=int(values[0])) if name == "lstm" else DropoutLayerParams(rate=values[0])
