# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Losses and metrics of outputs that somebody else computed."""

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

import tensorflow as tf

from tfaip.model.computation import (
    Totals,
    batch_size_of,
    cast_half_precision,
    compute_losses,
    compute_metrics,
    with_step_and_epoch,
)
from tfaip.model.keras_private.hookcalls import convert_hook, framework_code
from tfaip.model.results import NamedMetric

if TYPE_CHECKING:
    from tfaip.model.modelbase import ModelBase
    from tfaip.model.rootgraph import RootGraph


class EvaluationComputation:
    """Computes the losses and metrics of a model over batches of inputs, targets and outputs.

    Args:
        model: The model.
        has_losses: Compute the losses, too. The outputs must be those that ``_loss`` needs; a prediction graph that
            differs from the training graph may lack some. Losses of layers (regularisers) are not part of them.
        root_graph: If given, its ``pre_proc_targets`` is used (model and graph), else that of the model alone.
    """

    def __init__(self, model: "ModelBase", has_losses: bool = True, root_graph: Optional["RootGraph"] = None):
        self.model = model
        self.has_losses = has_losses
        self._pre_proc_targets = (root_graph or model).pre_proc_targets
        self._totals: Optional[Totals] = None

    @framework_code
    def update(self, inputs: Any, targets: Any, outputs: Any, step: Any = 0, epoch: Any = 0) -> None:
        """Add a batch. Can be called in a ``tf.function``, but not under a strategy of several replicas.

        Args:
            inputs: The batch of inputs.
            targets: The batch of targets.
            outputs: The batch of outputs, as tensors.
            step: The step that the hooks find in the targets.
            epoch: The epoch that the hooks find in the targets.

        Raises:
            UserError: If a hook of the model returns something wrong.
        """
        inputs, targets, outputs = tf.nest.map_structure(_as_tensor, (inputs, targets, outputs))
        outputs = cast_half_precision(outputs)
        targets = convert_hook(self._pre_proc_targets)(inputs, with_step_and_epoch(inputs, targets, step, epoch))
        targets = convert_hook(self.model.post_proc_targets)(inputs, targets, outputs)
        values: Mapping[str, tf.Tensor] = {}
        total = tf.zeros([])
        if self.has_losses:
            values, total = compute_losses(self.model, inputs, targets, outputs)
        metrics = compute_metrics(self.model, inputs, targets, outputs)
        self._get_totals(list(values), metrics).add(batch_size_of(inputs), values, total, metrics)

    def _get_totals(self, losses: List[str], metrics: List[NamedMetric]) -> Totals:
        if self._totals is None:
            self._totals = Totals(type(self.model), losses, metrics)
        return self._totals

    @property
    def metric_names(self) -> List[str]:
        """The names of the metrics; known after the first batch."""
        if self._totals is None:
            return []
        _, tensors, metrics = self._totals.names
        return [*tensors, *metrics]

    def reset(self) -> None:
        """Start again."""
        if self._totals is not None:
            self._totals.reset()

    def result(self) -> Dict[str, Any]:
        """Return the values by name; without any batch an empty dict."""
        return {} if self._totals is None else self._totals.logs()


def _as_tensor(value: Any) -> Any:
    return value if tf.is_tensor(value) else tf.convert_to_tensor(value)
