# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The model that is trained: one optimizer step, one validation step, and their sums over an epoch."""

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.computation import (
    Losses,
    Totals,
    batch_size_of,
    cast_half_precision,
    compute_losses,
    compute_metrics,
    share_of_replica,
    with_step_and_epoch,
)
from tfaip.model.inputgradient import InputGradientRegularization
from tfaip.model.keras_private.discardingscope import DiscardingScope
from tfaip.model.keras_private.hookcalls import convert_hook, framework_code
from tfaip.model.keras_private.metriccalls import record_metric_calls
from tfaip.model.layervalues import LayerValues
from tfaip.model.replicas import average_over_replicas
from tfaip.model.results import NamedMetric, check_outputs
from tfaip.model.scope import LayerScope, layer_scope
from tfaip.model.statefulrandom import stateful_random_operations
from tfaip.model.symbolic import run_symbolically
from tfaip.model.tensorboardwriter import TensorboardMetricWriter, TensorboardWriterInterface
from tfaip.model.updates.average import DecayRule, WeightsAverage, averaged_variables
from tfaip.model.updates.finite import FiniteCheck
from tfaip.model.updates.protection import Protection
from tfaip.model.updates.updates import WeightUpdates, of_gradients
from tfaip.model.variables import check_no_raw_variables, named_variables
from tfaip.util.errors import UserError

if TYPE_CHECKING:
    from tfaip.model.modelbase import ModelBase
    from tfaip.model.rootgraph import RootGraph


class _Forward(NamedTuple):
    """The training graph of a batch: what losses and metrics get, and the metrics of layers."""

    inputs: Any
    targets: Any
    outputs: Any
    metrics: List[NamedMetric]
    scope: LayerScope


class StepsRead(NamedTuple):
    """What is known after a call that has run steps, so that Python need not compute it operation by operation.

    Attributes:
        totals: The sums of losses and metrics, for :meth:`TrainingModel.epoch_logs`.
        not_finite: How many steps were not finite; None if nobody looks.
    """

    totals: Any
    not_finite: Any


class _Hidden:
    """Keeps objects out of the tracking of Keras."""

    totals: Optional[Totals] = None
    writers: List[TensorboardWriterInterface]
    layer_values: Optional[LayerValues] = None
    n_variables: int = 0
    updates: Optional[WeightUpdates] = None
    finite_check: Optional[FiniteCheck] = None
    protection: Optional[Protection] = None

    def __init__(self, input_specs: Mapping[str, tf.TensorSpec], target_specs: Mapping[str, tf.TensorSpec]):
        self.input_specs = input_specs
        self.target_specs = target_specs
        self.writers = []
        self.random_operations: List[str] = []


class TrainingModel(keras.Model):
    """Trains the graph of a model.

    Use: create it, :meth:`setup` (builds the variables and checks all hooks), ``compile(optimizer=...)``, then
    :meth:`train_on_tensors` for each batch. The sums of losses and metrics serve training and validation in turn:
    :meth:`reset_accumulators` before, :meth:`epoch_logs` after.

    Attributes:
        uses_xla: Whether training steps are compiled with XLA. Keras' own switch gives way to any layer that does not
            declare that it can be compiled.

    Args:
        model: The model, of the root graph.
        root_graph: The root graph.
        input_specs: Specs of the inputs, without batch dimension.
        target_specs: Specs of the targets, without batch dimension.
        name: Name of the keras model.
        input_gradient: Penalise the gradient by an input in training. Losses are shown without the penalty.
    """

    def __init__(
        self,
        model: "ModelBase",
        root_graph: "RootGraph",
        input_specs: Mapping[str, tf.TensorSpec],
        target_specs: Mapping[str, tf.TensorSpec],
        name: str = "training_model",
        input_gradient: Optional[InputGradientRegularization] = None,
    ):
        super().__init__(name=name)
        self._input_gradient = input_gradient
        self.model_base = model
        self.root_graph = root_graph
        self._hidden = _Hidden(input_specs, target_specs)
        self.uses_xla = False
        self.built = True  # by setup, not by Keras

    # ------------------------------------------------------------------ set-up
    def setup(self) -> None:
        """Build all variables and check the results of all hooks, once.

        Hooks run on real tensors of a scratch graph: in the order of a training step, then the prediction graph.

        Raises:
            UserError: If a hook returns something wrong, or a layer holds variables that Keras does not know.
        """
        if self._hidden.totals is not None:
            return
        check_no_raw_variables(self.root_graph)
        run_symbolically(self._trace_all, inputs=self._hidden.input_specs, targets=self._hidden.target_specs)
        check_no_raw_variables(self.root_graph)
        self._hidden.n_variables = len(self.root_graph.variables)

    def try_on(self, inputs: Any, targets: Any) -> None:
        """Call all hooks on a batch; before :meth:`setup`, so that they see values when they are called first.

        Args:
            inputs: The batch of inputs.
            targets: The batch of targets.

        Raises:
            UserError: If a hook returns something wrong.
        """
        with DiscardingScope():
            self._trace_all(inputs, targets)

    def _trace_all(self, inputs: Any, targets: Any) -> None:
        with layer_scope() as scope:
            forward = self._run_graph(inputs, targets, 0, 0, training=True)
            losses = self._losses_of(forward)
            metrics = self._metrics_of(forward)
        if not tf.executing_eagerly():
            self._hidden.random_operations = stateful_random_operations(tf.compat.v1.get_default_graph())
        check_outputs(self.root_graph.graph, "build_prediction_graph", self.root_graph.predict(inputs))
        self.model_base.best_logging_settings()
        writers = [m.metric for m in metrics if isinstance(m.metric, TensorboardMetricWriter)]
        self._hidden.writers = [*dict.fromkeys([*forward.scope.tensorboard, *scope.tensorboard, *writers])]
        self._hidden.totals = Totals(type(self.model_base), list(losses.values), metrics)

    @property
    def _totals(self) -> Totals:
        if self._hidden.totals is None:
            raise UserError("The training model is not built.", expected="a call of setup() before its use")
        return self._hidden.totals

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Set the optimizer as Keras does, and create its variables."""
        super().compile(*args, **kwargs)
        self._hidden.updates = self._hidden.finite_check = self._hidden.protection = None
        if self._hidden.totals is not None and self.trainable_variables:
            self.optimizer.build(self.trainable_variables)

    def setup_updates(self, accum_steps: int = 1, average: Optional[DecayRule] = None) -> None:
        """Say how gradients become new weights; call it after ``compile``.

        Args:
            accum_steps: Number of batches whose gradients make one update.
            average: Decay of a moving average of the weights. Default: there is none.
        """
        averaged = None if average is None else WeightsAverage(averaged_variables(self.root_graph), average)
        self._hidden.updates = WeightUpdates(self.optimizer, self.trainable_variables, accum_steps, averaged)

    def check_numbers(self, skip: bool = False) -> FiniteCheck:
        """Look in each step whether losses and gradients are finite; call it after :meth:`setup_updates`.

        Args:
            skip: Let a step that is not finite change nothing: no weights, no state of layers or of the optimizer, no
                average, no sums.

        Returns:
            What tells which steps were not finite.
        """
        scaled = isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer)
        names = {id(variable): name for name, variable in named_variables(self.root_graph).items()}
        variables = {names.get(id(variable), variable.path): variable for variable in self.updates.variables}
        check = FiniteCheck(self._totals.losses, variables, with_gradients=not scaled)
        self._hidden.finite_check = check
        if skip:
            self._hidden.protection = Protection([*self.non_trainable_variables, *self._totals.metric_variables])
        return check

    @property
    def updates(self) -> WeightUpdates:
        """How gradients become new weights."""
        if self._hidden.updates is None:
            self.setup_updates()
        assert self._hidden.updates is not None
        return self._hidden.updates

    @property
    def stateful_random_operations(self) -> List[str]:
        """The operations that draw random numbers of a state which no checkpoint can hold."""
        return list(self._hidden.random_operations)

    @property
    def tensorboard_writers(self) -> List[TensorboardWriterInterface]:
        """The writers that layers and model use."""
        return list(self._hidden.writers)

    @property
    def input_specs(self) -> Mapping[str, tf.TensorSpec]:
        """The specs of the inputs, without batch dimension."""
        return self._hidden.input_specs

    @property
    def target_specs(self) -> Mapping[str, tf.TensorSpec]:
        """The specs of the targets, without batch dimension."""
        return self._hidden.target_specs

    # ------------------------------------------------------------------ steps
    @framework_code
    def train_on_tensors(self, inputs: Any, targets: Any, step: Any, epoch: Any) -> None:
        """Train on a batch and add it to the sums. Can be called in a ``tf.function``.

        The weights change after each batch, or after several if :meth:`setup_updates` said so.

        Args:
            inputs: The batch of inputs.
            targets: The batch of targets.
            step: Number of the step (int64 scalar), which the hooks find in the targets.
            epoch: Number of the epoch (int64 scalar), likewise.
        """
        updates, protection = self.updates, self._hidden.protection
        before = [] if protection is None else protection.read()
        with tf.GradientTape(persistent=self._input_gradient is not None) as tape:
            if self._input_gradient is not None:
                tape.watch(inputs[self._input_gradient.key])
            forward = self._run_graph(inputs, targets, step, epoch, training=True)
            losses = self._losses_of(forward)
            total = losses.total + self._penalty(inputs, targets, step, epoch, losses, tape)
            share = 1.0 if updates.weighs_batches else share_of_replica(forward.inputs)
            scaled = self.optimizer.scale_loss(total * share)
        gradients: List[Any] = []
        if updates.variables:
            gradients = tape.gradient(scaled, [variable.value for variable in updates.variables])
            self._check_gradients(gradients, losses)
        is_finite: Any = True
        if self._hidden.finite_check is not None:
            values = list(losses.values.values())
            is_finite = self._hidden.finite_check.check(step, values, losses.total, gradients)
        if protection is None:
            self._update(forward, losses, gradients)
        else:
            protection.run_if(is_finite, lambda: self._update(forward, losses, gradients), before)

    def _penalty(self, inputs: Any, targets: Any, step: Any, epoch: Any, losses: Losses, tape: tf.GradientTape) -> Any:
        if self._input_gradient is None:
            return 0.0

        def run(moved: Any) -> Losses:
            return self._losses_of(self._run_graph(moved, targets, step, epoch, training=True))

        return self._input_gradient.penalty(inputs, losses, tape, run)

    def _update(self, forward: _Forward, losses: Losses, gradients: List[Any]) -> None:
        if gradients:
            self.updates.add(gradients, batch_size_of(forward.inputs))
        self._add_batch(forward, losses)

    @framework_code
    def test_on_tensors(self, inputs: Any, targets: Any, step: Any, epoch: Any) -> Any:
        """Compute the training graph without training, add the batch to the sums, and return the outputs.

        Args:
            inputs: The batch of inputs.
            targets: The batch of targets.
            step: As in :meth:`train_on_tensors`.
            epoch: As in :meth:`train_on_tensors`.

        Returns:
            The outputs of the graph (16-bit floats as float32).
        """
        forward = self._run_graph(inputs, targets, step, epoch, training=False)
        self._add_batch(forward, self._losses_of(forward))
        return forward.outputs

    def _run_graph(self, inputs: Any, targets: Any, step: Any, epoch: Any, training: bool) -> _Forward:
        targets = with_step_and_epoch(inputs, targets, step, epoch)
        targets = self.root_graph.pre_proc_targets(inputs, targets)
        with layer_scope() as scope, record_metric_calls() as calls:
            outputs = self.root_graph.train(inputs, targets, training=training)
        check_outputs(self.root_graph.graph, "build_train_graph", outputs)
        self._check_no_new_variables()
        outputs = cast_half_precision(outputs)
        targets = convert_hook(self.model_base.post_proc_targets)(inputs, targets, outputs)
        metrics = [NamedMetric(name, None, value) for name, value in scope.metrics.items()]
        called = dict.fromkeys(call.metric for call in calls)
        metrics += [NamedMetric(metric.name, metric, None) for metric in called]
        return _Forward(inputs, targets, outputs, metrics, scope)

    def _losses_of(self, forward: _Forward) -> Losses:
        losses = compute_losses(self.model_base, forward.inputs, forward.targets, forward.outputs)
        of_layers = [tf.cast(loss, losses.total.dtype) for loss in self.root_graph.losses]
        return Losses(losses.values, tf.add_n([losses.total, *of_layers]))

    def _metrics_of(self, forward: _Forward) -> List[NamedMetric]:
        of_model = compute_metrics(self.model_base, forward.inputs, forward.targets, forward.outputs)
        return [*of_model, *forward.metrics]

    def _add_batch(self, forward: _Forward, losses: Losses) -> None:
        metrics = self._metrics_of(forward)
        self._totals.add(batch_size_of(forward.inputs), losses.values, losses.total, metrics)

    def _check_gradients(self, gradients: List[Any], losses: Losses) -> None:
        if all(gradient is None for gradient in gradients):
            raise UserError(
                "No loss depends on a trainable variable.",
                where=f"{type(self.model_base).__name__}._loss",
                expected="losses that are computed from the outputs of the graph by differentiable operations",
                got=", ".join(losses.values),
            )

    def _check_no_new_variables(self) -> None:
        known = self._hidden.n_variables
        if known and len(self.root_graph.variables) != known:
            raise UserError(
                f"The graph {type(self.root_graph.graph).__name__} creates layers or variables anew in each call.",
                where=f"{len(self.root_graph.variables)} variables now, {known} when the graph was built",
                expected="layers that are created once, in __init__",
            )

    def synchronize_replicas(self) -> None:
        """Let all replicas have the mean of the statistics that layers keep, which each has of its own samples.

        To be called before a validation and before a checkpoint.
        """
        if self.distribute_strategy.num_replicas_in_sync > 1:
            average_over_replicas(self.distribute_strategy, self.root_graph.non_trainable_variables)

    # ------------------------------------------------------------------ sums
    def reset_accumulators(self) -> None:
        """Reset the sums of losses and metrics."""
        self._totals.reset()

    def accumulators(self) -> Dict[str, np.ndarray]:
        """Return the sums of losses and metrics, and of the gradients since the last update."""
        return {**self._totals.state(), **self.updates.state()}

    def restore_accumulators(self, sums: Mapping[str, np.ndarray]) -> None:
        """Go on with sums of :meth:`accumulators`.

        Raises:
            ValueError: They are those of other losses and metrics.
        """
        gradients = of_gradients(sums)
        self.updates.restore(gradients)
        self._totals.restore({name: value for name, value in sums.items() if name not in gradients})

    @property
    def n_samples(self) -> float:
        """The number of samples since the last reset."""
        return self._totals.n_samples

    def read_steps(self) -> Optional[StepsRead]:
        """Return the present sums. Can be called in a ``tf.function``.

        Returns:
            None where several devices have them.
        """
        if self.distribute_strategy.num_replicas_in_sync > 1:
            return None
        check = self._hidden.finite_check
        return StepsRead(self._totals.read(), None if check is None else check.count())

    def epoch_logs(self, read: Optional[StepsRead] = None) -> Dict[str, Any]:
        """Return the means since the last reset.

        Args:
            read: What :meth:`read_steps` returned. Default: what it would return now.

        Returns:
            "loss" (the weighted sum of all losses, with regularisers, unless a loss has this name), each loss,
            "loss/mean_epoch" (the weighted sum), each metric: Python numbers, arrays or bytes.
        """
        return self._totals.logs(None if read is None else read.totals)

    # ------------------------------------------------------------------ TensorBoard
    def tensorboard_values(self, inputs: Any, targets: Any) -> Dict[TensorboardWriterInterface, np.ndarray]:
        """Return what layers hand to TensorBoard for a batch. No variable and no sum changes.

        Args:
            inputs: The batch of inputs.
            targets: The batch of targets.

        Returns:
            The value for each writer; for the writer of a metric its result since the last reset.
        """
        writers = self._hidden.writers
        values: Dict[TensorboardWriterInterface, Any] = {
            writer: np.asarray(writer.result()) for writer in writers if isinstance(writer, TensorboardMetricWriter)
        }
        if len(values) < len(writers):
            if self._hidden.layer_values is None:
                self._hidden.layer_values = LayerValues(self._run_for_tensorboard, self.run_eagerly)
            values.update(self._hidden.layer_values(inputs, targets))
        return values

    def _run_for_tensorboard(self, inputs: Any, targets: Any) -> Dict[TensorboardWriterInterface, Any]:
        forward = self._run_graph(inputs, targets, 0, 0, training=False)
        self._metrics_of(forward)
        return dict(forward.scope.tensorboard)
