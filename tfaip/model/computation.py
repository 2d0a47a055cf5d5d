# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Losses and metrics of one batch, and their sums over many."""

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.keras_private.lossscale import unscaled_losses
from tfaip.model.keras_private.metriccalls import record_metric_calls
from tfaip.model.modelbase import TOTAL_LOSS
from tfaip.model.results import NamedMetric, check_metrics, check_names, check_weights_name_losses
from tfaip.model.tensorboardwriter import TensorboardWriterInterface
from tfaip.util.errors import UserValueError
from tfaip.util.tftyping import sync_to_numpy_or_python_type

if TYPE_CHECKING:
    from tfaip.model.modelbase import ModelBase

STEP = "step"
EPOCH = "epoch"


class Losses(NamedTuple):
    """The losses of a batch.

    Attributes:
        values: For each loss a scalar or a tensor with several values.
        total: The weighted sum of the means, a scalar.
    """

    values: Dict[str, tf.Tensor]
    total: tf.Tensor


def batch_size_of(inputs: Any) -> tf.Tensor:
    """Return the number of samples of a batch: the first dimension of its first tensor."""
    first = tf.nest.flatten(inputs)[0]
    return tf.shape(first, out_type=tf.int64)[0]


def share_of_replica(inputs: Any) -> Any:
    """Return the share of the samples that this replica has, by which its loss counts; 1 without replicas."""
    replica = tf.distribute.get_replica_context()
    if replica is None or replica.num_replicas_in_sync == 1:
        return 1.0
    size = tf.cast(batch_size_of(inputs), keras.config.floatx())
    return size / replica.all_reduce(tf.distribute.ReduceOp.SUM, size)


def with_step_and_epoch(inputs: Any, targets: Any, step: Any, epoch: Any) -> Any:
    """Return the targets with the number of the step and epoch for each sample (int64 of shape [batch]).

    Raises:
        UserValueError: If the data has targets of these names.
    """
    targets = {} if targets is None else targets
    if not isinstance(targets, Mapping):
        return targets
    for name in (STEP, EPOCH):
        if name in targets:
            raise UserValueError(
                f"The name {name!r} of a target is reserved.",
                where="the target layer specs of the data",
                hint="rename the target; the framework adds the numbers of step and epoch by this name.",
            )
    shape = tf.expand_dims(batch_size_of(inputs), 0)
    added = {name: tf.fill(shape, tf.cast(value, tf.int64)) for name, value in ((STEP, step), (EPOCH, epoch))}
    return {**targets, **added}


def cast_half_precision(outputs: Any) -> Any:
    """Return the outputs with 16-bit floats as float32, since some losses and metrics have no 16-bit version."""

    def cast(tensor: Any) -> Any:
        is_half = tf.is_tensor(tensor) and tensor.dtype in (tf.float16, tf.bfloat16)
        return tf.cast(tensor, tf.float32) if is_half else tensor

    return tf.nest.map_structure(cast, outputs)


def compute_losses(model: "ModelBase", inputs: Any, targets: Any, outputs: Any) -> Losses:
    """Call the hooks for the losses of a batch."""
    with unscaled_losses():
        values = model.loss(inputs, targets, outputs)
    weights = model.loss_weights()
    check_weights_name_losses(type(model), weights, values)
    dtype = keras.config.floatx()
    means = [tf.cast(tf.reduce_mean(value), dtype) * weights.get(name, 1.0) for name, value in values.items()]
    return Losses(values, tf.add_n(means))


def compute_metrics(model: "ModelBase", inputs: Any, targets: Any, outputs: Any) -> List[NamedMetric]:
    """Call the hook for the metrics of a batch, which updates the keras metrics that it calls."""
    with record_metric_calls() as calls:
        metrics = model.metric(inputs, targets, outputs)
    return check_metrics(type(model), metrics, calls)


class Totals:
    """Sums the losses and metrics of many batches.

    Losses, and metrics that are tensors, are averaged over all samples: each batch counts with its true size, the sums
    are in double precision. The sum of all losses is called "loss/mean_epoch", and "loss" unless a loss has this name.

    Args:
        model_cls: Class of the model, for messages.
        losses: Names of the losses; empty if there are none to compute.
        metrics: The metrics.
    """

    def __init__(self, model_cls: type, losses: Sequence[str], metrics: Sequence[NamedMetric]):
        shown = [entry for entry in metrics if not isinstance(entry.metric, TensorboardWriterInterface)]
        check_names(model_cls, losses, shown, TOTAL_LOSS)
        self.losses = list(losses)
        self.tensors = [entry.name for entry in shown if entry.metric is None]
        self.metrics: List[Tuple[str, keras.metrics.Metric]] = []
        self._resettable: List[keras.metrics.Metric] = []
        for entry in metrics:
            if entry.metric is not None:
                self._resettable.append(entry.metric)
                if entry in shown:
                    self.metrics.append((entry.name, entry.metric))
        # the mean of each loss and tensor, and of the sum of all losses, each times the samples; the number of samples
        with tf.init_scope():
            self._sums = tf.Variable(
                tf.zeros([len(self.losses) + len(self.tensors) + 2], tf.float64),
                trainable=False,
                synchronization=tf.VariableSynchronization.ON_READ,
                aggregation=tf.VariableAggregation.SUM,
                name="sums_of_losses",
            )

    @property
    def names(self) -> Tuple[List[str], List[str], List[str]]:
        """The names of losses, tensors and metrics."""
        return self.losses, self.tensors, [name for name, _ in self.metrics]

    @property
    def metric_variables(self) -> List[keras.Variable]:
        """The variables of all keras metrics."""
        return [variable for metric in self._resettable for variable in metric.variables]

    def add(
        self,
        batch_size: tf.Tensor,
        losses: Mapping[str, tf.Tensor],
        total: tf.Tensor,
        metrics: Sequence[NamedMetric],
    ) -> None:
        """Add a batch; its keras metrics have been updated by their call already."""
        tensors = {entry.name: entry.value for entry in metrics if entry.metric is None}
        values = [losses[name] for name in self.losses] + [tensors[name] for name in self.tensors] + [total]
        means = [tf.reduce_mean(tf.cast(value, tf.float64)) for value in values]
        ones = tf.ones([], tf.float64)
        summands = tf.stack([*means, ones]) * tf.cast(batch_size, tf.float64)
        replica = tf.distribute.get_replica_context()
        if replica is not None and replica.num_replicas_in_sync > 1:
            self._sums.assign_add(summands)
        else:  # outside of the replicas, what each of them has cannot be added to
            self._sums.assign(self._sums + summands)

    def reset(self) -> None:
        """Start again."""
        self._sums.assign(tf.zeros_like(self._sums))
        for metric in self._resettable:
            metric.reset_state()

    def state(self) -> Dict[str, np.ndarray]:
        """Return all sums by names, those of the metrics, too."""
        return {name: np.asarray(variable.numpy()) for name, variable in self._variables().items()}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on with the sums of :meth:`state`.

        Raises:
            ValueError: They are those of other losses and metrics.
        """
        variables = self._variables()
        shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
        if shapes != {name: tuple(value.shape) for name, value in state.items()}:
            raise ValueError("The sums are those of other losses and metrics.")
        for name, variable in variables.items():
            variable.assign(state[name])

    def _variables(self) -> Dict[str, Any]:
        metrics = {
            f"metric_{number}_{index}": variable.value
            for number, metric in enumerate(self._resettable)
            for index, variable in enumerate(metric.variables)
        }
        return {"losses": self._sums, **metrics}

    @property
    def n_samples(self) -> float:
        """The number of samples since the last reset."""
        return float(self._sums.numpy()[-1])

    def read(self) -> Tuple[tf.Tensor, List[Any]]:
        """Return what :meth:`logs` makes values of. Can be called in a ``tf.function``, outside of replicas."""
        return tf.convert_to_tensor(self._sums), [metric.result() for _, metric in self.metrics]

    def logs(self, read: Optional[Tuple[tf.Tensor, List[Any]]] = None) -> Dict[str, Any]:
        """Return the values by name: Python numbers, and what keras metrics return (numbers, arrays, bytes).

        Without any batch, losses are NaN.

        Args:
            read: What :meth:`read` returned. Default: read now.
        """
        sums_of_losses, results = self.read() if read is None else read
        *sums, samples = sums_of_losses.numpy().tolist()
        means = [value / samples if samples else float("nan") for value in sums]
        n_losses = len(self.losses)
        logs: Dict[str, Any] = {}
        if self.losses:
            logs = {"loss": means[-1], **dict(zip(self.losses, means, strict=False)), TOTAL_LOSS: means[-1]}
        logs.update(zip(self.tensors, means[n_losses:], strict=False))
        for (name, _), value in zip(self.metrics, results, strict=True):
            result = sync_to_numpy_or_python_type(value)
            logs.update(
                {f"{name}_{key}": v for key, v in result.items()} if isinstance(result, dict) else {name: result}
            )
        return logs
