# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tree of the comparison with Hydra: structured configs, the graph is a config group."""

import enum
from dataclasses import dataclass, field
from typing import Any

import hydra
from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, OmegaConf


class Mode(enum.Enum):
    """What to run."""

    TRAINING = "training"
    EVALUATION = "evaluation"


@dataclass
class Graph:
    """Base of the graphs."""

    activation: str = "relu"


@dataclass
class MLP(Graph):
    """Dense layers."""

    nodes: list[int] = field(default_factory=lambda: [100])


@dataclass
class CNN(Graph):
    """Convolutions."""

    filters: list[int] = field(default_factory=lambda: [20, 40])


@dataclass
class Model:
    """The model."""

    n_classes: int = 10
    graph: Graph = MISSING


@dataclass
class Trainer:
    """The training."""

    output_dir: str = MISSING
    epochs: int = 10
    mode: Mode = Mode.TRAINING
    eager: bool = False
    gpus: list[int] = field(default_factory=list)


@dataclass
class Config:
    """The root."""

    defaults: list[Any] = field(default_factory=lambda: ["_self_", {"model/graph": "MLP"}])
    trainer: Trainer = field(default_factory=Trainer)
    model: Model = field(default_factory=Model)


store = ConfigStore.instance()
store.store(name="config", node=Config)
store.store(group="model/graph", name="MLP", node=MLP)
store.store(group="model/graph", name="CNN", node=CNN)


@hydra.main(version_base=None, config_path=None, config_name="config")
def main(config: Config) -> None:
    """Use every value, as a training would."""
    OmegaConf.resolve(config)
    print(config.trainer.output_dir, config)


if __name__ == "__main__":
    main()
