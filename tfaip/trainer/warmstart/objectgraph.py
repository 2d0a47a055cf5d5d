# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The names of the weights in a TensorFlow checkpoint, told by its object graph. Nothing of it is ever executed."""

import re
from collections.abc import Iterator
from typing import Any, Dict, List, Set, Tuple

from tensorflow.core.protobuf import trackable_object_graph_pb2

OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"
OWN_VARIABLES = "variables_by_path"
_VALUE = "VARIABLE_VALUE"
_SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"
# what hangs on a model without being a weight of it
_NO_WEIGHTS = {"optimizer", "_optimizer", "keras_api", "save_counter", "signatures"}
_METRICS = re.compile(r"(^|/)keras_api/metrics/")


def names_by_object_graph(content: bytes) -> Tuple[Dict[str, str], bool]:
    """Return the keys of the weights in a checkpoint by their names, in their order.

    Args:
        content: The object graph, as it stands in the checkpoint.

    Returns:
        The keys, and whether the names are attribute paths (else those of layers).

    Raises:
        ValueError: It is damaged.
    """
    graph = trackable_object_graph_pb2.TrackableObjectGraph()
    try:
        graph.ParseFromString(content)
        return _names(graph)
    except (ValueError, IndexError) as error:
        raise ValueError("the object graph of the checkpoint is damaged") from error
    except Exception as error:
        # the decoder's own error is a class of the implementation that protobuf happens to use
        if type(error).__name__ != "DecodeError":
            raise
        raise ValueError("the object graph of the checkpoint is damaged") from error


def _names(graph: Any) -> Tuple[Dict[str, str], bool]:
    nodes = graph.nodes
    if not nodes:
        return {}, False
    children = {child.local_name: child.node_id for child in nodes[0].children}
    if OWN_VARIABLES in children:
        own = nodes[children[OWN_VARIABLES]].children
        return {child.local_name: key for child in own for key, _ in _values(nodes[child.node_id])}, True
    entries = _of_list(nodes, children["variables"]) if "variables" in children else []
    entries = [entry for entry in entries or _reachable(graph) if not _METRICS.search(entry[0])]
    by_layer = {_clean(name): key for key, name in entries}
    if len(by_layer) == len(entries) and all("/" in name for name in by_layer):
        return by_layer, False
    # Keras 3 stores no path of layers
    return {key.removesuffix(_SUFFIX): key for key, _ in entries}, True


def _clean(name: str) -> str:
    return name.removesuffix(":0")


def _values(node: Any) -> List[Tuple[str, str]]:
    return [(value.checkpoint_key, value.full_name) for value in node.attributes if value.name == _VALUE]


def _of_list(nodes: Any, node_id: int) -> List[Tuple[str, str]]:
    items = [child for child in nodes[node_id].children if child.local_name.isdigit()]
    items.sort(key=lambda child: int(child.local_name))
    return [value for child in items for value in _values(nodes[child.node_id])]


def _reachable(graph: Any) -> List[Tuple[str, str]]:
    slots = {slot.slot_variable_node_id for node in graph.nodes for slot in node.slot_variables}
    return [value for node_id in _walk(graph.nodes) if node_id not in slots for value in _values(graph.nodes[node_id])]


def _walk(nodes: Any) -> Iterator[int]:
    """Yield the ids of the nodes that can be reached from the model, breadth first, without those of the optimizer."""
    known: Set[int] = {0}
    waiting = [0]
    for node_id in waiting:
        yield node_id
        for child in nodes[node_id].children:
            if child.node_id not in known and child.local_name not in _NO_WEIGHTS:
                known.add(child.node_id)
                waiting.append(child.node_id)
