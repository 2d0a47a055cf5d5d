# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A parameter tree with the rarer settings, for the tests of messages and help."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Dict, List, Optional

from paiargparse import pai_dataclass, pai_meta

from test.params.cli_tree import GraphParams, IntVec, MLPGraphParams, ScaleProcessorParams

Hour = IntEnum("Hour", [f"H{hour}" for hour in range(1, 25)])


@pai_dataclass
@dataclass
class SameGraphParams(GraphParams):
    def cls(self):
        return "same graph"


@pai_dataclass
@dataclass
class SameLayerParams(GraphParams):
    def cls(self):
        return "same layer"


@pai_dataclass
@dataclass
class LonelyParams(ABC):
    @abstractmethod
    def cls(self):
        raise NotImplementedError


@pai_dataclass
@dataclass
class InnerParams:
    same: IntVec = field(default_factory=IntVec, metadata=pai_meta(mode="flat", fix_dc=True))


@pai_dataclass
@dataclass
class CornerParams:
    """What is rare."""

    twins: GraphParams = field(
        default_factory=SameGraphParams, metadata=pai_meta(choices=[SameGraphParams, SameLayerParams])
    )
    strict: GraphParams = field(
        default_factory=MLPGraphParams, metadata=pai_meta(choices=[MLPGraphParams], enforce_choices=True)
    )
    graphs: Dict[str, GraphParams] = field(default_factory=dict, metadata=pai_meta(choices=[MLPGraphParams]))
    lonely: Optional[LonelyParams] = None
    only: LonelyParams = field(default=None)
    files: List[str] = field(default_factory=list, metadata=pai_meta(nargs="+", help="Files to read"))
    steps: List[ScaleProcessorParams] = field(default_factory=list, metadata=pai_meta(nargs="+"))
    wait: float = field(default=1.5, metadata={**pai_meta(help="Time between two looks"), "unit": "seconds"})
    hour: Hour = field(default=Hour.H12, metadata=pai_meta(help="Hour to begin"))
    left: InnerParams = field(default_factory=InnerParams)
    same: IntVec = field(default_factory=IntVec, metadata=pai_meta(mode="flat", fix_dc=True))
