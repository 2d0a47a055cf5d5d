# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing a functional keras model as SavedModel."""

from typing import TYPE_CHECKING, Any, Callable, Dict

import keras
import tensorflow as tf

from tfaip.model.keras_private.layers import all_layers
from tfaip.model.variables import named_variables

if TYPE_CHECKING:
    from tfaip.model.graphbase import RootGraph

SIGNATURE = "serving_default"


def _exported_object(call: Callable[..., Any], root_graph: "RootGraph") -> tf.Module:
    """Return what a SavedModel holds: a callable, the layers with their resources, the variables by attribute path."""
    exported = tf.Module()
    # only an attribute makes the loaded object callable
    exported.__call__ = call
    # keeps lookup tables and other resources of layers in the SavedModel
    exported.root_graph = root_graph
    exported.variables_by_path = named_variables(root_graph)
    return exported


def write_saved_model(model: keras.Model, root_graph: "RootGraph", path: str) -> None:
    """Write ``model`` with one signature: dict of named inputs to dict of named outputs, both batched.

    A plain ``tf.saved_model.load`` gives an object that can be called with the dict of inputs.

    Args:
        model: The functional model.
        root_graph: The root graph that owns the model's layers.
        path: The directory to write.
    """
    input_specs = {name: tf.TensorSpec(tensor.shape, tensor.dtype, name=name) for name, tensor in _as_dict(model.input)}

    @tf.function(input_signature=[input_specs])
    def call(inputs: Dict[str, tf.Tensor]) -> Dict[str, tf.Tensor]:
        outputs = model(inputs, training=False)
        return dict(outputs) if isinstance(outputs, dict) else {"output": outputs}

    # kernels of cuDNN would not run on a machine without a GPU
    cudnn_layers = [layer for layer in all_layers(model) if getattr(layer, "use_cudnn", None)]
    previous = [layer.use_cudnn for layer in cudnn_layers]
    for layer in cudnn_layers:
        layer.use_cudnn = False
    try:
        exported = _exported_object(call, root_graph)
        tf.saved_model.save(exported, path, signatures={SIGNATURE: call.get_concrete_function()})
    finally:
        for layer, value in zip(cudnn_layers, previous, strict=True):
            layer.use_cudnn = value


def _as_dict(tensors: Any) -> Any:
    if isinstance(tensors, dict):
        return tensors.items()
    return [(tensor.name, tensor) for tensor in keras.tree.flatten(tensors)]
