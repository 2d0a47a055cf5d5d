# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A parameter tree as programs have it, for the tests of the command line."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Set, Tuple, Union

from paiargparse import pai_dataclass, pai_meta

from tfaip.util.enum import StrEnum


class Mode(StrEnum):
    TRAINING = "training"
    EVALUATION = "evaluation"
    PREDICTION = "prediction"


class Resource:
    """A class that is made of a text."""

    def __init__(self, path):
        self.path = path


@pai_dataclass
@dataclass
class GraphParams(ABC):
    activation: str = field(default="relu", metadata=pai_meta(help="Activation", choices=["relu", "tanh"]))

    @abstractmethod
    def cls(self):
        raise NotImplementedError


@pai_dataclass
@dataclass
class MLPGraphParams(GraphParams):
    nodes: List[int] = field(default_factory=lambda: [100], metadata=pai_meta(help="Nodes of the hidden layers"))

    def cls(self):
        return "MLP"


@pai_dataclass(alt="CNN")
@dataclass
class ConvGraphParams(GraphParams):
    filters: List[int] = field(default_factory=lambda: [20, 40], metadata=pai_meta(help="Filters of each layer"))
    dense: int = 100

    def cls(self):
        return "CNN"


@pai_dataclass
@dataclass
class OptimizerParams:
    clip_norm: Optional[float] = field(default=None, metadata=pai_meta(help="Clip the norm of each gradient"))


@pai_dataclass(alt="Adam")
@dataclass
class AdamOptimizer(OptimizerParams):
    beta_1: float = field(default=0.9, metadata={**pai_meta(help="Decay of the mean"), "spellings": ("beta1",)})


@pai_dataclass(alt="Adamax")
@dataclass
class AdamaxOptimizer(AdamOptimizer):
    pass


@pai_dataclass(alt="RMSprop")
@dataclass
class RMSpropOptimizer(OptimizerParams):
    rho: float = 0.9
    centered: bool = False


@pai_dataclass
@dataclass
class DeviceParams:
    gpus: Optional[List[int]] = field(default=None, metadata=pai_meta(help="GPUs to use"))


@pai_dataclass
@dataclass
class Processor:
    modes: Set[Mode] = field(default_factory=lambda: set(Mode))


@pai_dataclass
@dataclass
class ScaleProcessorParams(Processor):
    factor: float = 1.0


@pai_dataclass
@dataclass
class NameProcessorParams(Processor):
    names: List[str] = field(default_factory=list)


@pai_dataclass
@dataclass
class PipelineParams:
    batch_size: int = 16
    limit: int = -1
    mode: Mode = field(default=Mode.TRAINING, metadata=pai_meta(mode="ignore"))

    def __post_init__(self):
        if self.batch_size < 1:
            raise ValueError("batch_size must be positive")


@pai_dataclass
@dataclass
class Pipelines:
    train: PipelineParams = field(
        default_factory=PipelineParams, metadata=pai_meta(mode="flat", fix_dc=True, help="Training pipeline")
    )
    val: PipelineParams = field(
        default_factory=PipelineParams, metadata=pai_meta(mode="flat", fix_dc=True, help="Validation pipeline")
    )


@pai_dataclass
@dataclass
class GeneratorParams:
    files: List[str] = field(default_factory=list, metadata=pai_meta(help="Files to read"))


@pai_dataclass
@dataclass
class OtherGeneratorParams(GeneratorParams):
    seed: int = 0


@pai_dataclass
@dataclass
class PipelineGen:
    setup: Pipelines = field(default_factory=Pipelines, metadata=pai_meta(fix_dc=True))
    train: GeneratorParams = field(
        default_factory=GeneratorParams,
        metadata=pai_meta(mode="flat", choices=[GeneratorParams, OtherGeneratorParams], help="Training data"),
    )


@pai_dataclass
@dataclass
class IntVec:
    x: int = 3
    y: int = 3


@pai_dataclass
@dataclass
class ModelParams:
    n_classes: int = field(default=10, metadata=pai_meta(help="Number of classes"))
    graph: GraphParams = field(
        default_factory=MLPGraphParams, metadata=pai_meta(choices=[MLPGraphParams, ConvGraphParams], help="The graph")
    )
    kernel: IntVec = field(default_factory=IntVec, metadata=pai_meta(tuple_like=True))


@pai_dataclass
@dataclass
class DataParams:
    processors: List[Processor] = field(
        default_factory=lambda: [ScaleProcessorParams(factor=2.0)],
        metadata=pai_meta(choices=[ScaleProcessorParams, NameProcessorParams], help="Processors"),
    )
    named: Dict[str, Processor] = field(default_factory=dict, metadata=pai_meta(choices=[ScaleProcessorParams]))
    charmap: Optional[Resource] = None


@pai_dataclass
@dataclass
class ScenarioParams:
    model: ModelParams = field(default_factory=ModelParams, metadata=pai_meta(mode="flat", help="The model"))
    data: DataParams = field(default_factory=DataParams, metadata=pai_meta(mode="flat", help="The data"))
    version: str = field(default="1", metadata=pai_meta(mode="ignore"))


@pai_dataclass
@dataclass
class EarlyStopping:
    n: int = 1


@pai_dataclass
@dataclass
class TrainerParams:
    """Everything of a training."""

    epochs: int = field(default=100, metadata=pai_meta(help="Number of epochs"))
    scale: float = field(default=1.0, metadata=pai_meta(help="Scale of the epoch"))
    force_eager: bool = field(default=False, metadata=pai_meta(help="Run eagerly"))
    output_dir: Optional[str] = field(default=None, metadata=pai_meta(help="Where to write", required=True))
    mode: Mode = field(default=Mode.TRAINING, metadata=pai_meta(help="The mode"))
    modes: Set[Mode] = field(default_factory=set)
    profile_steps: List[int] = field(default_factory=lambda: [10, 20])
    pair: Tuple[int, float] = (1, 0.5)
    extents: Tuple[int, ...] = ()
    save_freq: Union[str, int] = "epoch"
    weights: Dict[str, float] = field(default_factory=dict, metadata=pai_meta(help="Weight of each loss"))
    matrix: List[List[int]] = field(default_factory=list)
    stop: Optional[EarlyStopping] = None
    device: DeviceParams = field(default_factory=DeviceParams, metadata=pai_meta(mode="flat"))
    optimizer: OptimizerParams = field(
        default_factory=AdamOptimizer,
        metadata=pai_meta(
            mode="flat", choices=[AdamOptimizer, AdamaxOptimizer, RMSpropOptimizer], help="The optimizer"
        ),
    )
    scenario: ScenarioParams = field(default_factory=ScenarioParams, metadata=pai_meta(mode="flat"))
    gen: PipelineGen = field(default_factory=PipelineGen)


@pai_dataclass
@dataclass
class LAVParams:
    pipeline: PipelineParams = field(default_factory=PipelineParams, metadata=pai_meta(mode="ssnake", fix_dc=True))
    silent: bool = False
