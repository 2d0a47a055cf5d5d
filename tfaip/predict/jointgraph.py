# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Several models on one graph, so that TensorFlow gets them in one call and can run them side by side."""

from collections.abc import Sequence
from typing import Any, Callable, Dict, List, Optional

from tfaip.predict.predictionfunction import Arrays

JointFunction = Callable[[List[Arrays]], List[Any]]


def create_joint_function(models: Sequence[Any]) -> Optional[JointFunction]:
    """Return a function that applies all models at once.

    Args:
        models: Loaded model directories.

    Returns:
        A function from the inputs of each model to the outputs of each model; None if one of the models is something
        else, such as a function in Python, which cannot be a part of a graph.
    """
    import tensorflow as tf

    from tfaip.scenario.export.loader import ExportedModel

    if len(models) < 2 or not all(isinstance(model, ExportedModel) for model in models):
        return None
    specs: List[Dict[str, Any]] = [model.input_specs for model in models]

    @tf.function(input_signature=[[_unnamed(model_specs) for model_specs in specs]])
    def call(inputs: List[Dict[str, Any]]) -> List[Any]:
        return [model(model_inputs) for model, model_inputs in zip(models, inputs, strict=True)]

    def predict(inputs: List[Arrays]) -> List[Any]:
        if any(name not in arrays for arrays, names in zip(inputs, specs, strict=True) for name in names):
            return [model(arrays) for model, arrays in zip(models, inputs, strict=True)]  # says what is missing
        known: Dict[Any, Any] = {}
        return call([_tensors(arrays, names, known) for arrays, names in zip(inputs, specs, strict=True)])

    return predict


def _tensors(arrays: Arrays, specs: Dict[str, Any], known: Dict[Any, Any]) -> Dict[str, Any]:
    """Return the arrays as tensors; what ``known`` holds already is not made again."""
    import tensorflow as tf

    keys = {name: (id(arrays), name, spec.dtype) for name, spec in specs.items()}
    for name, key in keys.items():
        if key not in known:
            known[key] = tf.convert_to_tensor(arrays[name], dtype=specs[name].dtype)
    return {name: known[key] for name, key in keys.items()}


def _unnamed(specs: Dict[str, Any]) -> Dict[str, Any]:
    import tensorflow as tf

    return {name: tf.TensorSpec(spec.shape, spec.dtype) for name, spec in specs.items()}
