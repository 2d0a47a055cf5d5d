# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Layers that a training leaves as they are."""

import re
from collections.abc import Iterator
from typing import List, Tuple

import keras

from tfaip.model.keras_private.layers import direct_layers
from tfaip.util.errors import UserValueError, did_you_mean
from tfaip.util.logging import logger

log = logger(__name__)

WHERE = "trainer.no_train_scope"
SHOWN = 30


def freeze_layers(root: keras.layers.Layer, pattern: str) -> List[str]:
    """Exclude the layers whose path matches a pattern from the training, with all layers inside of them.

    Neither their weights nor the statistics that they keep (such as those of a batch normalisation, which then works
    as in a prediction) change.

    Args:
        root: The layer whose inner layers are meant, built.
        pattern: Regular expression of a whole path, the names of the layers from the graph on: ``graph/block/conv``.

    Returns:
        The paths of the matching layers, without those inside of them.

    Raises:
        UserValueError: The pattern is wrong, matches no layer, or leaves nothing to train.
    """
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise UserValueError(
            "The pattern of the layers is no regular expression.",
            where=WHERE,
            got=f"{pattern!r} ({error})",
            hint="a star follows what it repeats: '.*conv.*'.",
        ) from error
    layers = list(_paths(root, ""))
    matching = [(path, layer) for path, layer in layers if expression.fullmatch(path)]
    if not matching:
        known = [path for path, _ in layers]
        shown = ", ".join(known[:SHOWN]) + (", ..." if len(known) > SHOWN else "")
        raise UserValueError(
            "No layer matches the pattern of the layers that are not trained.",
            where=WHERE,
            expected=f"a regular expression of a whole path: {shown}",
            got=repr(pattern),
            hint=did_you_mean(pattern, known) or "the pattern must match the path as a whole: '.*conv.*'.",
        )
    for _, layer in matching:
        layer.trainable = False
    if not root.trainable_variables:
        raise UserValueError(
            "The pattern matches all layers that have weights: there is nothing left to train.",
            where=WHERE,
            expected="a pattern that leaves layers out",
            got=repr(pattern),
        )
    outermost = [(path, layer) for path, layer in matching if not _is_inside(path, matching)]
    _tell(root, outermost)
    return [path for path, _ in outermost]


def _paths(layer: keras.layers.Layer, prefix: str) -> Iterator[Tuple[str, keras.layers.Layer]]:
    for child in direct_layers(layer):
        path = f"{prefix}{child.name}"
        yield path, child
        yield from _paths(child, f"{path}/")


def _is_inside(path: str, layers: List[Tuple[str, keras.layers.Layer]]) -> bool:
    return any(path.startswith(f"{other}/") for other, _ in layers)


def _tell(root: keras.layers.Layer, layers: List[Tuple[str, keras.layers.Layer]]) -> None:
    width = max(len(path) for path, _ in layers)
    lines = [f"  {path:{width}}  {_count(layer.variables):>10} parameters" for path, layer in layers]
    trained, total = _count(root.trainable_variables), _count(root.variables)
    log.info("Layers that are not trained:\n%s\n%d of %d parameters are trained.", "\n".join(lines), trained, total)


def _count(variables: List[keras.Variable]) -> int:
    return sum(int(keras.ops.size(variable)) for variable in variables)
