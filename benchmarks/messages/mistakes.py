# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Ten mistakes, as each library's users would make them."""

from dataclasses import dataclass

LIBRARIES = ("tfaip", "tyro", "jsonargparse", "hydra")


@dataclass(frozen=True)
class Mistake:
    """A mistake.

    Attributes:
        title: What is wrong.
        lines: The command line of each library, in the order of LIBRARIES.
        should_name: Texts of which a message that shows the way out has one each, in small letters.
    """

    title: str
    lines: tuple[str, str, str, str]
    should_name: tuple[str, ...]


MISTAKES = (
    Mistake(
        "A misspelt flag",
        (
            "--trainer.output_dir a --trainer.epohcs 3",
            "--output-dir a --epohcs 3",
            "--trainer.output_dir a --trainer.epohcs 3",
            "trainer.output_dir=a trainer.epohcs=3",
        ),
        ("epohcs", "epochs"),
    ),
    Mistake(
        "A flag without its prefix",
        (
            "--trainer.output_dir a --n_classes 3",
            "--output-dir a --n-classes 3",
            "--trainer.output_dir a --n_classes 3",
            "trainer.output_dir=a n_classes=3",
        ),
        ("model.n",),
    ),
    Mistake(
        "A value of the wrong type",
        (
            "--trainer.output_dir a --trainer.epochs ten",
            "--output-dir a --epochs ten",
            "--trainer.output_dir a --trainer.epochs ten",
            "trainer.output_dir=a trainer.epochs=ten",
        ),
        ("epochs", "int", "ten"),
    ),
    Mistake(
        "A wrong element of a list",
        (
            "--trainer.output_dir a --trainer.gpus 0 one",
            "--output-dir a --gpus 0 one",
            "--trainer.output_dir a --trainer.gpus [0,one]",
            "trainer.output_dir=a trainer.gpus=[0,one]",
        ),
        ("gpus", "int", "one"),
    ),
    Mistake(
        "A boolean that is none",
        (
            "--trainer.output_dir a --trainer.eager maybe",
            "--output-dir a --eager maybe",
            "--trainer.output_dir a --trainer.eager maybe",
            "trainer.output_dir=a trainer.eager=maybe",
        ),
        ("eager", "maybe"),
    ),
    Mistake(
        "An unknown value of an enumeration",
        (
            "--trainer.output_dir a --trainer.mode evalution",
            "--output-dir a --mode EVALUTION",
            "--trainer.output_dir a --trainer.mode EVALUTION",
            "trainer.output_dir=a trainer.mode=EVALUTION",
        ),
        ("mode", "training", "evaluation"),
    ),
    Mistake(
        "An unknown choice of a class",
        (
            "--trainer.output_dir a --model.graph CN",
            "--output-dir a model.graph:cn",
            "--trainer.output_dir a --model.graph CN",
            "trainer.output_dir=a model/graph=CN",
        ),
        ("mlp", "cnn"),
    ),
    Mistake(
        "A flag of a class that is not chosen",
        (
            "--trainer.output_dir a --model.graph.filters 20",
            "--output-dir a --model.graph.filters 20",
            "--trainer.output_dir a --model.graph.filters [20]",
            "trainer.output_dir=a model.graph.filters=[20]",
        ),
        ("filters", "cnn"),
    ),
    Mistake(
        "A required value that is missing",
        ("--trainer.epochs 3", "--epochs 3", "--trainer.epochs 3", "trainer.epochs=3"),
        ("output",),
    ),
    Mistake(
        "Three mistakes at once",
        (
            "--trainer.output_dir a --trainer.epohcs 3 --trainer.gpus one --model.graph CN",
            "--output-dir a --epohcs 3 --gpus one model.graph:cn",
            "--trainer.output_dir a --trainer.epohcs 3 --trainer.gpus [one] --model.graph CN",
            "trainer.output_dir=a trainer.epohcs=3 trainer.gpus=[one] model/graph=CN",
        ),
        ("epohcs", "gpus", "cnn"),
    ),
)
