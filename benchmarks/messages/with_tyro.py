# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tree of the comparison with tyro: a union of dataclasses makes subcommands."""

import dataclasses
import enum
from typing import Union

import tyro


class Mode(enum.Enum):
    """What to run."""

    TRAINING = "training"
    EVALUATION = "evaluation"


@dataclasses.dataclass
class MLP:
    """Dense layers."""

    activation: str = "relu"
    """Activation of all layers"""
    nodes: tuple[int, ...] = (100,)
    """Size of each layer"""


@dataclasses.dataclass
class CNN:
    """Convolutions."""

    activation: str = "relu"
    """Activation of all layers"""
    filters: tuple[int, ...] = (20, 40)
    """Filters of each layer"""


@dataclasses.dataclass
class Model:
    """The model."""

    n_classes: int = 10
    """Number of classes"""
    graph: Union[MLP, CNN] = dataclasses.field(default_factory=MLP)
    """The graph"""


@dataclasses.dataclass
class Trainer:
    """The training."""

    output_dir: str
    """Where to write"""
    epochs: int = 10
    """Number of epochs"""
    mode: Mode = Mode.TRAINING
    """What to run"""
    eager: bool = False
    """Run eagerly"""
    gpus: tuple[int, ...] = ()
    """GPUs to use"""
    model: Model = dataclasses.field(default_factory=Model)


if __name__ == "__main__":
    print(tyro.cli(Trainer, prog="train"))
