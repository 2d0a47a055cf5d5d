# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Losses and metrics of one model on batches of data."""

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from tfaip.predict.predictionfunction import Arrays, PredictionFunction, to_numpy
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.model.modelbase import ModelBase
    from tfaip.model.trainingmodel import TrainingModel

log = logger(__name__)


class ModelEvaluation:
    """Applies a model to batches and computes its metrics and losses.

    The metrics are computed on the outputs of the prediction graph. The losses are, too, unless there is a training
    model: then they come from its training graph (without training behaviour such as dropout).

    Args:
        predict: Computes the outputs of a batch with the prediction graph.
        model: Defines losses and metrics. It must not be the one of ``training_model``, whose metrics count, too.
        training_model: Computes the losses with the training graph.
        has_losses: Whether the outputs of the prediction graph suffice for the losses. Without effect if there is a
            training model.
        run_eagerly: Compute everything operation by operation.
    """

    def __init__(
        self,
        predict: PredictionFunction,
        model: "ModelBase",
        training_model: "Optional[TrainingModel]" = None,
        has_losses: bool = True,
        run_eagerly: bool = False,
    ):
        import tensorflow as tf

        from tfaip.model.evaluation import EvaluationComputation

        self.model = model
        self._predict = predict
        self._training_model = training_model
        self._last_batch: Any = None
        self._computation = EvaluationComputation(
            model,
            has_losses=has_losses and training_model is None,
            root_graph=None if training_model is None else training_model.root_graph,
        )
        self._update: Any = self._computation.update
        self._test: Any = None if training_model is None else training_model.test_on_tensors
        if not run_eagerly:
            self._update = tf.function(self._update, reduce_retracing=True)
            self._test = self._test and tf.function(self._test, reduce_retracing=True)

    def reset(self) -> None:
        """Forget all batches."""
        self._last_batch = None
        self._computation.reset()
        if self._training_model is not None:
            self._training_model.reset_accumulators()

    def evaluate(self, inputs: Arrays, targets: Arrays) -> Dict[str, Any]:
        """Take a batch into account.

        Args:
            inputs: Batched inputs.
            targets: Batched targets.

        Returns:
            The batched outputs of the prediction graph.
        """
        outputs = dict(self._predict(inputs))
        self.update(inputs, targets, outputs)
        return to_numpy(outputs)

    def update(self, inputs: Arrays, targets: Arrays, outputs: Dict[str, Any]) -> None:
        """Take a batch into account whose outputs are known.

        Args:
            inputs: Batched inputs.
            targets: Batched targets.
            outputs: The batched outputs of the prediction graph.
        """
        import tensorflow as tf

        tensors = tf.nest.map_structure(tf.convert_to_tensor, (inputs, targets, outputs))
        self._update(*tensors)
        if self._test is not None:
            zero = tf.zeros([], tf.int64)
            self._test(tensors[0], tensors[1], zero, zero)
            self._last_batch = tensors[:2]

    @property
    def metric_names(self) -> List[str]:
        """The names of the metrics among the results, the others are losses; known after the first batch."""
        return self._computation.metric_names

    def result(self, with_tensorboard: bool = False) -> Dict[str, Any]:
        """Return losses and metrics of all batches by their names.

        Args:
            with_tensorboard: Add what the layers of the training model write to TensorBoard, for the last batch.
        """
        result = dict(self._computation.result())
        if self._training_model is None:
            return result
        logs = self._training_model.epoch_logs()
        # The training graph also computes the metrics, in its own way; those of the prediction graph count.
        result = {**logs, **result}
        if with_tensorboard and self._last_batch is not None:
            values = self._training_model.tensorboard_values(*self._last_batch)
            result.update({writer.name: value for writer, value in values.items()})
        return result
