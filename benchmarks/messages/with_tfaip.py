# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tree of the comparison with tfaip."""

from dataclasses import dataclass, field
from enum import Enum
from typing import List

from paiargparse import pai_dataclass, pai_meta

from tfaip.scripts.common import run_program
from tfaip.util.tfaipargparse import TFAIPArgumentParser


class Mode(Enum):
    """What to run."""

    TRAINING = "training"
    EVALUATION = "evaluation"


@pai_dataclass
@dataclass
class Graph:
    """Base of the graphs."""

    activation: str = field(default="relu", metadata=pai_meta(help="Activation of all layers"))


@pai_dataclass
@dataclass
class MLP(Graph):
    """Dense layers."""

    nodes: List[int] = field(default_factory=lambda: [100], metadata=pai_meta(help="Size of each layer"))


@pai_dataclass
@dataclass
class CNN(Graph):
    """Convolutions."""

    filters: List[int] = field(default_factory=lambda: [20, 40], metadata=pai_meta(help="Filters of each layer"))


@pai_dataclass
@dataclass
class Model:
    """The model."""

    n_classes: int = field(default=10, metadata=pai_meta(help="Number of classes"))
    graph: Graph = field(default_factory=MLP, metadata=pai_meta(choices=[MLP, CNN], help="The graph"))


@pai_dataclass
@dataclass
class Trainer:
    """The training."""

    epochs: int = field(default=10, metadata=pai_meta(help="Number of epochs"))
    output_dir: str = field(default="", metadata=pai_meta(help="Where to write", required=True))
    mode: Mode = field(default=Mode.TRAINING, metadata=pai_meta(help="What to run"))
    eager: bool = field(default=False, metadata=pai_meta(help="Run eagerly"))
    gpus: List[int] = field(default_factory=list, metadata=pai_meta(help="GPUs to use"))
    model: Model = field(default_factory=Model, metadata=pai_meta(mode="flat"))


def main(args: "List[str] | None" = None) -> None:
    """Parse the line."""
    parser = TFAIPArgumentParser(prog="train")
    parser.add_root_argument("trainer", Trainer)
    print(parser.parse_args(args).trainer)


if __name__ == "__main__":
    run_program(main)
