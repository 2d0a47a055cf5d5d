# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The description of an exported model for programs that do not know this framework."""

from typing import Any, Dict, List, Type

import keras
import tensorflow as tf

from tfaip.scenario.scenariobaseparams import NetConfigNodeSpec, NetConfigParamsBase, ScenarioBaseParams


def create_net_config(
    net_config_cls: Type[NetConfigParamsBase], params: ScenarioBaseParams, model: keras.Model
) -> NetConfigParamsBase:
    """Describe the inputs and outputs of the prediction model; output nodes are numbered by their sorted names."""
    return net_config_cls(
        id_model=params.id,
        id_serve=params.default_serve_dir,
        in_nodes={name: _node(tensor, f"serving_default_{name}:0") for name, tensor in _sorted(model.input).items()},
        out_nodes={
            name: _node(tensor, f"StatefulPartitionedCall:{index}")
            for index, (name, tensor) in enumerate(_sorted(model.output).items())
        },
        tf_version=tf.__version__,
        tfaip_commit_hash=params.tfaip_commit_hash,
        tfaip_version=params.tfaip_version,
    )


def _sorted(tensors: Dict[str, Any]) -> Dict[str, Any]:
    return dict(sorted(tensors.items()))


def _node(tensor: Any, node: str) -> NetConfigNodeSpec:
    shape: List[str] = ["?" if size is None else str(size) for size in tensor.shape]
    return NetConfigNodeSpec(shape=shape, dtype=keras.backend.standardize_dtype(tensor.dtype), node_serve=node)
