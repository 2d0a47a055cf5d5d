# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The tree of the comparison with jsonargparse: a base class whose subclasses can be chosen."""

import dataclasses
import enum

from jsonargparse import ArgumentParser, lazy_instance


class Mode(enum.Enum):
    """What to run."""

    TRAINING = "training"
    EVALUATION = "evaluation"


class Graph:
    """Base of the graphs.

    Args:
        activation: Activation of all layers
    """

    def __init__(self, activation: str = "relu"):
        self.activation = activation


class MLP(Graph):
    """Dense layers.

    Args:
        nodes: Size of each layer
    """

    def __init__(self, nodes: "list[int]" = [100], **kwargs):  # noqa: B006
        super().__init__(**kwargs)
        self.nodes = nodes


class CNN(Graph):
    """Convolutions.

    Args:
        filters: Filters of each layer
    """

    def __init__(self, filters: "list[int]" = [20, 40], **kwargs):  # noqa: B006
        super().__init__(**kwargs)
        self.filters = filters


@dataclasses.dataclass
class Model:
    """The model.

    Args:
        n_classes: Number of classes
        graph: The graph
    """

    n_classes: int = 10
    graph: Graph = dataclasses.field(default_factory=lambda: lazy_instance(MLP))


@dataclasses.dataclass
class Trainer:
    """The training.

    Args:
        output_dir: Where to write
        epochs: Number of epochs
        mode: What to run
        eager: Run eagerly
        gpus: GPUs to use
    """

    output_dir: str
    epochs: int = 10
    mode: Mode = Mode.TRAINING
    eager: bool = False
    gpus: "list[int]" = dataclasses.field(default_factory=list)


if __name__ == "__main__":
    parser = ArgumentParser(prog="train")
    parser.add_class_arguments(Trainer, "trainer")
    parser.add_class_arguments(Model, "model")
    print(parser.parse_args())
