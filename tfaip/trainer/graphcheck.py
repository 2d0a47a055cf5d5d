# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``--scenario.debug_graph_construction``: compute graph, losses and metrics on real data, before the training."""

from typing import TYPE_CHECKING, Any, Dict, Tuple

import tensorflow as tf

from tfaip.model.trainingmodel import TrainingModel
from tfaip.trainer.loop.steps import create_test_batch_function
from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger

if TYPE_CHECKING:
    from tfaip.scenario.scenariobase import ScenarioBase
    from tfaip.trainer.params import TrainerPipelineParamsBase

log = logger(__name__)


def build_graph_on_real_data(scenario: "ScenarioBase", gen: "TrainerPipelineParamsBase") -> None:
    """Call the hooks of the model for the first time with values, step by step, before the graph is built without.

    Args:
        scenario: The scenario, before it is set up for the training.
        gen: Where the training data come from.

    Raises:
        UserError: There is no training sample, or a hook returns something wrong.
    """
    data = scenario.data
    model = TrainingModel(scenario.model, scenario.root_graph, data.input_layer_specs(), data.target_layer_specs())
    model.try_on(*_first_batch(scenario, gen))


def _first_batch(scenario: "ScenarioBase", gen: "TrainerPipelineParamsBase") -> Tuple[Any, Any]:
    """Return the inputs and the targets of the first training batch.

    Raises:
        UserValueError: There is no training sample.
    """
    pipeline = scenario.data.create_pipeline(gen.setup.train, gen.train_gen())
    with pipeline.generate_input_batches(auto_repeat=False) as batches:
        batch = next(iter(batches), None)
    if batch is None:
        raise UserValueError(
            "There is no training sample.", where=type(gen.train_gen()).__name__, expected="at least one", got="none"
        )
    inputs, targets = tf.nest.map_structure(tf.convert_to_tensor, batch[:2])
    return inputs, targets


def check_graph_on_real_data(scenario: "ScenarioBase", gen: "TrainerPipelineParamsBase") -> Dict[str, Any]:
    """Compute the prediction graph, then the losses and the metrics, of the first training batch, step by step.

    Everything runs eagerly, so that an error points at the line that causes it and breakpoints stop there. What comes
    out is logged; the model stays as it is.

    Args:
        scenario: The scenario, set up for the training.
        gen: Where the training data come from.

    Returns:
        The losses and metrics of the batch.

    Raises:
        UserValueError: There is no training sample.
    """
    inputs, targets = _first_batch(scenario, gen)
    outputs = scenario.keras_predict_model(inputs)
    for name, values in (("input", inputs), ("target", targets), ("output", outputs)):
        for key, value in values.items():
            log.info("%s %s: %s, %s", name, key, value.dtype.name, tuple(value.shape))
    model = scenario.keras_train_model
    model.reset_accumulators()
    create_test_batch_function(model, run_eagerly=True)(
        (inputs, targets), tf.constant(0, "int64"), tf.constant(0, "int64")
    )
    values = model.epoch_logs()
    model.reset_accumulators()
    log.info("losses and metrics: %s", {key: value for key, value in values.items() if isinstance(value, (int, float))})
    return values
