# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the models."""

from dataclasses import dataclass, field
from typing import List

from paiargparse import pai_dataclass, pai_meta

from test.contract.program.model.layers import (
    ConvLayerParams,
    DropoutLayerParams,
    IntVec2D,
    LayerParams,
    LstmLayerParams,
    PoolLayerParams,
)
from tfaip.model.modelbaseparams import ModelBaseParams

LAYERS = [ConvLayerParams, PoolLayerParams, LstmLayerParams, DropoutLayerParams]


def default_layers() -> List[LayerParams]:
    return [ConvLayerParams(), PoolLayerParams(), DropoutLayerParams(rate=0.1)]


@pai_dataclass
@dataclass
class ModelParams(ModelBaseParams):
    layers: List[LayerParams] = field(
        default_factory=default_layers, metadata=pai_meta(choices=LAYERS, help="Layers of the network")
    )
    classes: int = field(default=-1, metadata=pai_meta(mode="ignore"))
    ctc_merge_repeated: bool = True
    ensemble: int = field(default=0, metadata=pai_meta(help="Number of voters"))
    temperature: float = field(default=-1, metadata=pai_meta(help="Smooths the softmax"))

    @staticmethod
    def cls():
        from test.contract.program.model.model import LineModel

        return LineModel

    def graph_cls(self):
        from test.contract.program.model.graph import LineGraph

        return LineGraph

    def __post_init__(self):
        counts: dict[str, int] = {}
        for layer in self.layers:
            kind = type(layer).__name__.removesuffix("LayerParams").lower()
            layer.name = f"{kind}_{counts.setdefault(kind, 0)}"
            counts[kind] += 1

    def compute_downscale_factor(self) -> IntVec2D:
        factor = IntVec2D(1, 1)
        for layer in self.layers:
            factor = layer.downscale(factor)
        return factor


@pai_dataclass
@dataclass
class EnsembleModelParams(ModelParams):
    @staticmethod
    def cls():
        from test.contract.program.model.ensemble import EnsembleModel

        return EnsembleModel

    def graph_cls(self):
        from test.contract.program.model.ensemble import EnsembleGraph

        return EnsembleGraph
