# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Stable names for all variables of a layer."""

from collections.abc import Iterator, Mapping
from typing import Any, Dict, List, Set, Tuple

import keras
import tensorflow as tf

from tfaip.model.keras_private.layers import all_layers
from tfaip.util.errors import UserError

# Where Keras and TensorFlow keep track of what is reachable by the other attributes, too.
_BOOK_KEEPING = {
    "_tracker",
    "_layers",
    "_metrics",
    "_trainable_variables",
    "_non_trainable_variables",
    "_seed_generators",
    "_inbound_nodes",
    "_outbound_nodes",
    "_operations",
    "_operations_by_depth",
    "_nodes",
    "_nodes_by_depth",
    "_functional",
    "_loss_tracker",
    "_compile_metrics",
    "_compile_loss",
    "optimizer",
    "_optimizer",
}


def named_variables(layer: keras.layers.Layer) -> Dict[str, keras.Variable]:
    """Return all variables of a layer and its sub-layers, with the states of random layers, by attribute path.

    The path follows the attributes, lists and dicts that lead to a variable, without leading underscores, e.g.
    ``graph/cells/0/kernel``. Unlike the names of Keras it does not depend on what else was created in the process, and
    it is unique. A variable that can be reached on several ways gets one path. Variables of metrics are left out.

    Args:
        layer: A layer whose variables have been built.
    """
    names: Dict[str, keras.Variable] = {}
    known: Set[int] = set()
    for path, value in _walk(layer, "", {}):
        variable = value.state if isinstance(value, keras.random.SeedGenerator) else value
        if isinstance(variable, keras.Variable) and id(variable) not in known:
            known.add(id(variable))
            names[path] = variable
    _add_hidden(layer, names, known)
    return names


def random_variables(owner: Any) -> Dict[str, Any]:
    """Return the states of random numbers in a layer, or in another object, by attribute path.

    These are the variables of ``keras.random.SeedGenerator``, which :func:`named_variables` returns, too, and those of
    ``tf.random.Generator``.
    """
    found = {path: value for path, value in _walk(owner, "", {}) if not isinstance(value, keras.Variable)}
    return {path: generator.state for path, generator in found.items()}


def _add_hidden(layer: keras.layers.Layer, names: Dict[str, keras.Variable], known: Set[int]) -> None:
    """Add the variables that Keras knows but that are no attributes, in the order of their creation."""
    hidden = [variable for variable in layer.variables if id(variable) not in known]
    for index, variable in enumerate(hidden):
        names[f"hidden/{index}/{'x'.join(map(str, variable.shape)) or 'scalar'}"] = variable


def _walk(owner: Any, path: str, visited: Dict[int, Any]) -> Iterator[Tuple[str, Any]]:
    """Yield path and object of all variables and generators of random numbers, depth first."""
    visited[id(owner)] = owner  # kept alive: an id may be used again
    for name, value in _children(owner):
        child_path = f"{path}/{name}" if path else name
        if isinstance(value, (keras.random.SeedGenerator, tf.random.Generator)):
            yield f"{child_path}/state", value
        elif isinstance(value, keras.Variable):
            yield child_path, value
        elif _is_container(value) and id(value) not in visited:
            yield from _walk(value, child_path, visited)


def _is_container(value: Any) -> bool:
    if isinstance(value, keras.metrics.Metric):
        return False
    return isinstance(value, (keras.layers.Layer, list, tuple, Mapping))


def _children(owner: Any) -> List[Tuple[str, Any]]:
    if isinstance(owner, Mapping):
        return sorted(((str(key).replace("/", "|"), value) for key, value in owner.items()), key=lambda item: item[0])
    if isinstance(owner, (list, tuple)):
        return [(str(index), value) for index, value in enumerate(owner)]
    attributes = {name: value for name, value in vars(owner).items() if _is_user_attribute(name)}
    children = [(_public_name(name, attributes), attributes[name]) for name in sorted(attributes, key=_sort_key)]
    if isinstance(owner, keras.Model):
        # A functional or sequential model has its layers in no attribute of their own.
        children.append(("layers", owner.layers))
    return children


def _is_user_attribute(name: str) -> bool:
    return name not in _BOOK_KEEPING and not name.startswith("_self_")


def _sort_key(name: str) -> Tuple[str, str]:
    return name.lstrip("_"), name


def _public_name(name: str, attributes: Mapping[str, Any]) -> str:
    public = name.lstrip("_")
    return name if not public or (public != name and public in attributes) else public


def check_no_raw_variables(layer: keras.layers.Layer) -> None:
    """Check that no layer holds variables that Keras would neither train nor save.

    Raises:
        UserError: If an attribute of a layer (other than those of Keras) is a ``tf.Variable`` or a ``tf.Module``.
    """
    for child in all_layers(layer):
        if type(child).__module__.partition(".")[0] == "keras":
            continue
        for path, value in _raw_variables(vars(child), set()):
            raise UserError(
                f"The layer {child.name} holds a {type(value).__name__} that is neither trained nor saved.",
                where=f"{type(child).__module__}.{type(child).__name__}, attribute {path}",
                expected="keras layers, and variables created with self.add_weight(...)",
                hint="replace tf.Variable by self.add_weight, and tf.Module by a keras layer.",
            )


def _raw_variables(attributes: Mapping[str, Any], visited: Set[int]) -> Iterator[Tuple[str, Any]]:
    for name, value in attributes.items():
        if not isinstance(name, str) or not _is_user_attribute(name):
            continue
        yield from _raw_variables_of(name, value, visited)


def _raw_variables_of(path: str, value: Any, visited: Set[int]) -> Iterator[Tuple[str, Any]]:
    if isinstance(value, (tf.Variable, tf.Module)) and not isinstance(value, keras.layers.Layer):
        yield path, value
    elif isinstance(value, (list, tuple, Mapping)) and id(value) not in visited:
        visited.add(id(value))
        for name, child in _children(value):
            yield from _raw_variables_of(f"{path}/{name}", child, visited)
