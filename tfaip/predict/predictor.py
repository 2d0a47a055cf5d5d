# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Prediction with one model."""

from typing import Any, Generic, Optional, TypeVar

from tfaip.data.data import DataBase
from tfaip.predict.params import PredictorParams
from tfaip.predict.predictionfunction import (
    Arrays,
    ModelOrPath,
    PredictionFunction,
    create_prediction_function,
    load_model,
    max_calls_at_a_time,
)
from tfaip.predict.predictorbase import PredictorBase
from tfaip.util.errors import UserError

TPredictorParams = TypeVar("TPredictorParams", bound=PredictorParams)


class Predictor(PredictorBase[TPredictorParams], Generic[TPredictorParams]):
    """Applies an exported model, with the pre- and post-processing of its data, to samples.

    ``ScenarioBase.create_predictor(model_directory, PredictorParams())`` gives one that is ready.

    Args:
        params: How to predict.
        data: Its processors and specs are used.
    """

    def __init__(self, params: TPredictorParams, data: DataBase, **kwargs: Any):
        super().__init__(params, data, **kwargs)
        self._model: Any = None
        self._prediction_function: Optional[PredictionFunction] = None

    def set_model(self, model: ModelOrPath) -> None:
        """Set the model to predict with.

        Args:
            model: Path of a SavedModel, a keras model, or a function of a dictionary of batched arrays.

        Raises:
            UserFileNotFoundError: The path holds no SavedModel.
            NotSupportedYetError: ``params.run_eagerly`` with a SavedModel.
        """
        self._model = load_model(model)
        self._prediction_function = create_prediction_function(self._model, self._params.run_eagerly)

    @property
    def model(self) -> Any:
        """The model that was set: the loaded SavedModel, the keras model or the function."""
        return self._model

    def predict_batch(self, inputs: Arrays) -> Any:
        """Apply the model to a batch.

        Raises:
            UserError: No model was set.
        """
        if self._prediction_function is None:
            raise UserError(
                "The predictor has no model.",
                where=type(self).__name__,
                expected="set_model before the first prediction",
                hint="use the create_predictor method of the scenario, which sets the model of a model directory",
            )
        return self._prediction_function(inputs)

    def _max_batches_at_a_time(self) -> int:
        is_own = type(self).predict_batch is not Predictor.predict_batch
        return 1 if is_own else max_calls_at_a_time([self._model])
