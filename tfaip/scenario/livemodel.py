# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""A model that is being trained, as load and validate uses it."""

from typing import TYPE_CHECKING, Any, Dict, Optional

if TYPE_CHECKING:
    from tfaip.model.trainingmodel import TrainingModel


class LiveModel:
    """A prediction graph in memory together with the training model that it shares its weights with.

    ``LAV.run(keras_model=...)`` takes one of these, or only the prediction model (a keras model, or any function of a
    dictionary of batched arrays). The training model is needed for the losses of a scenario whose training graph
    differs from its prediction graph, and for values that are written to TensorBoard. Its accumulated losses and
    metrics are reset before and after an evaluation.

    Args:
        prediction_model: Computes the outputs.
        training_model: Computes losses with the training graph.
    """

    def __init__(self, prediction_model: Any, training_model: "Optional[TrainingModel]" = None):
        self.prediction_model = prediction_model
        self.training_model = training_model

    def __call__(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Return the outputs of the prediction model."""
        return self.prediction_model(inputs)
