# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The graphs that are exported, as functional keras models."""

from typing import TYPE_CHECKING, Any, Dict

import keras

from tfaip.util.errors import UserTypeError

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.model.graphbase import RootGraph
    from tfaip.scenario.scenariobase import ScenarioBase

DEFAULT_GRAPH = "default"


def create_prediction_model(root_graph: "RootGraph", data: "DataBase") -> keras.Model:
    """Return the prediction graph as a model: a dict of inputs to a dict of outputs, both batched."""
    inputs = data.create_input_layers()
    outputs = keras.tree.map_structure(_with_32_bits, root_graph.predict(inputs))
    return keras.Model(inputs=inputs, outputs=outputs)


def _with_32_bits(tensor: Any) -> Any:
    """Return a tensor that post-processing can work with: few libraries know floats of 16 bits."""
    is_half = keras.backend.standardize_dtype(tensor.dtype) in ("float16", "bfloat16")
    return keras.ops.cast(tensor, "float32") if is_half else tensor


def create_export_models(scenario: "ScenarioBase") -> Dict[str, keras.Model]:
    """Return the models that ``ModelBase._export_graphs`` wants to be exported, by their labels.

    Raises:
        UserTypeError: If the hook returns something else than a dict of keras models with the label "default".
    """
    prediction_model = scenario.keras_predict_model
    targets = scenario.data.create_target_as_input_layers()
    models = scenario.model.export_graphs(prediction_model.input, prediction_model.output, targets)
    where = f"{type(scenario.model).__name__}._export_graphs"
    if not isinstance(models, dict) or not all(isinstance(model, keras.Model) for model in models.values()):
        raise UserTypeError(
            "The graphs to export are not given as keras models.",
            where=where,
            expected="a dict of label to keras.Model(inputs=..., outputs=...)",
            got=_describe(models),
        )
    if DEFAULT_GRAPH not in models:
        raise UserTypeError(
            "There is no default graph to export.",
            where=where,
            expected=f"the label {DEFAULT_GRAPH!r}",
            got=", ".join(models) or "no label",
        )
    return models


def _describe(models: Any) -> str:
    if isinstance(models, dict):
        return "{" + ", ".join(f"{label!r}: {type(model).__name__}" for label, model in models.items()) + "}"
    return type(models).__name__
