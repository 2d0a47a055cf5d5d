# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""One way to call every kind of model: a dictionary of batched arrays in, a dictionary of batched arrays out."""

import os
from collections.abc import Callable, Sequence
from typing import Any, Dict, List, Union

import numpy as np

from tfaip.util.errors import NotSupportedYetError

Arrays = Dict[str, np.ndarray]
PredictionFunction = Callable[[Arrays], Dict[str, Any]]
ModelOrPath = Union[str, "os.PathLike[str]", Callable[..., Any]]


def load_model(model: ModelOrPath) -> Any:
    """Return the model, loaded if ``model`` is the path of a SavedModel.

    Raises:
        UserFileNotFoundError: The path holds no SavedModel.
    """
    if not isinstance(model, (str, os.PathLike)):
        return model
    from tfaip.scenario.export import load_exported_model

    return load_exported_model(os.fspath(model))


def create_prediction_function(model: Any, run_eagerly: bool = False) -> PredictionFunction:
    """Return the function that applies a model to a batch.

    Args:
        model: A loaded model directory (it is called as it is), a keras model (compiled into a graph, unless eager), or
            any function of a dictionary of batched arrays.
        run_eagerly: Call a keras model operation by operation.

    Raises:
        NotSupportedYetError: ``run_eagerly`` with a SavedModel, which holds compiled graphs only.
    """
    import keras
    import tensorflow as tf

    if isinstance(model, keras.Model):
        input_names = _input_names(model)

        def call_model(inputs: Dict[str, Any]) -> Dict[str, Any]:
            return model(inputs, training=False)

        call = call_model if run_eagerly else tf.function(call_model, reduce_retracing=True)
        return lambda inputs: call(
            {name: tf.convert_to_tensor(inputs[name]) for name in input_names or inputs if name in inputs}
        )
    if run_eagerly and hasattr(model, "input_specs"):
        raise NotSupportedYetError(
            "An exported model cannot be run eagerly by a predictor.",
            where="predict.run_eagerly",
            expected="False, or a keras model in memory",
            got="True with an exported model",
            hint="use tfaip-lav --run_eagerly, which builds the graph anew",
        )
    return model


def max_calls_at_a_time(models: Sequence[Any]) -> int:
    """Return in how many threads models may be called: two, which keep the processors busy, if that changes nothing."""
    from tfaip.scenario.export.loader import ExportedModel

    return 2 if all(isinstance(model, ExportedModel) and model.is_pure for model in models) else 1


def _input_names(model: Any) -> List[str]:
    """Return the names of a functional model's inputs; empty if it has no dictionary of inputs."""
    inputs = getattr(model, "input", None)
    return list(inputs) if isinstance(inputs, dict) else []


def to_numpy(values: Any) -> Any:
    """Turn the tensors in nested dicts, lists and tuples into NumPy arrays."""
    if isinstance(values, dict):
        return {key: to_numpy(value) for key, value in values.items()}
    if isinstance(values, (list, tuple)):
        return type(values)(to_numpy(value) for value in values)
    return values.numpy() if hasattr(values, "numpy") else np.asarray(values)
