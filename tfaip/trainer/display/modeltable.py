# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The layers of a model with their variables."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Dict, List

from tfaip.model.variables import named_variables

if TYPE_CHECKING:
    import keras

    from tfaip.model.trainingmodel import TrainingModel

MAX_SHAPES = 60


def layer_table(model: "TrainingModel") -> List[Dict[str, Any]]:
    """Return the layers that have variables.

    Returns:
        For each: ``layer`` (its attribute path in the graph), ``variables`` (shapes by name), ``values`` (how many
        numbers these are), and ``trained`` (how many of them the optimizer changes).
    """
    trained = {id(variable) for variable in model.trainable_variables}
    layers: Dict[str, Dict[str, Any]] = {}
    for path, variable in named_variables(model.root_graph).items():
        if "float" not in str(variable.dtype):
            continue  # states of random generators and counters
        layer, _, name = path.rpartition("/")
        row = layers.setdefault(layer, {"layer": layer, "variables": {}, "values": 0, "trained": 0})
        n = _size(variable)
        row["variables"][name] = [int(size) for size in variable.shape]
        row["values"] += n
        row["trained"] += n if id(variable) in trained else 0
    return list(layers.values())


def format_layers(layers: Sequence[Dict[str, Any]]) -> List[str]:
    """Return the lines of a table with a row for each layer and their sum."""
    rows = [["layer", "variables", "values", "trained"]]
    rows += [[row["layer"] or "-", _shapes(row), f"{row['values']:,}", f"{row['trained']:,}"] for row in layers]
    rows.append(["total", "", *(f"{sum(row[key] for row in layers):,}" for key in ("values", "trained"))])
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        f"{layer:<{widths[0]}}  {shapes:<{widths[1]}}  {values:>{widths[2]}}  {trained:>{widths[3]}}".rstrip()
        for layer, shapes, values, trained in rows
    ]


def _shapes(row: Dict[str, Any]) -> str:
    texts = [f"{name} {_times(shape)}" for name, shape in row["variables"].items()]
    content = ", ".join(texts)
    return content if len(content) <= MAX_SHAPES else f"{content[: MAX_SHAPES - 3]}..."


def _times(shape: Iterable[int]) -> str:
    return "x".join(map(str, shape)) or "scalar"


def _size(variable: "keras.Variable") -> int:
    size = 1
    for n in variable.shape:
        size *= int(n)
    return size
