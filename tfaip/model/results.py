# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Checks of what the hooks of a model return; done while the graph is built, not in each step."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

import keras
import tensorflow as tf

from tfaip.model.hookforms import describe_location
from tfaip.model.keras_private.metriccalls import MetricCall
from tfaip.util.errors import UserTypeError, UserValueError, did_you_mean
from tfaip.util.logging import logger

log = logger(__name__)
_warned_weights: Set[Tuple[type, str]] = set()


class NamedMetric(NamedTuple):
    """A metric: a keras metric that was called, or else a tensor to average over all samples."""

    name: str
    metric: Optional[keras.metrics.Metric]
    value: Any


def check_losses(cls: type, losses: Any) -> Dict[str, Any]:
    """Return the losses as tensors.

    Raises:
        UserTypeError: If they are not a dict of name to floating point tensor.
    """
    where = describe_location(cls, "_loss")
    expected = "a dict of name to tensor, e.g. {'ce': self.ce(targets['gt'], outputs['logits'])}"
    if not isinstance(losses, Mapping) or not losses:
        got = "an empty dict" if isinstance(losses, Mapping) else _describe(losses)
        raise UserTypeError(f"{cls.__name__}._loss returns no losses.", where=where, expected=expected, got=got)
    result = {}
    for name, value in losses.items():
        value = value.value if isinstance(value, keras.Variable) else value
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        is_loss = tf.is_tensor(value) and value.dtype.is_floating
        if not isinstance(name, str) or not (is_number or is_loss):
            raise UserTypeError(
                f"The loss {name!r} is not a named floating point tensor.",
                where=where,
                expected=expected,
                got=_describe(value) if isinstance(name, str) else f"the name {name!r}",
                hint="A keras loss must be called." if isinstance(value, keras.losses.Loss) else None,
            )
        result[name] = tf.convert_to_tensor(value, tf.float32) if is_number else value
    return result


def check_loss_weights(cls: type, weights: Any) -> Dict[str, float]:
    """Return the weights of the losses by their names.

    Raises:
        UserTypeError: If they are neither None nor a dict of name to number.
    """
    if weights is None:
        return {}
    if not isinstance(weights, Mapping) or not all(isinstance(name, str) for name in weights):
        raise UserTypeError(
            f"{cls.__name__}._loss_weights returns no weights by name.",
            where=describe_location(cls, "_loss_weights"),
            expected="None, or a dict of the name of a loss to its weight",
            got=_describe(weights),
        )
    return dict(weights)


def check_weights_name_losses(cls: type, weights: Mapping[str, float], losses: Iterable[str]) -> None:
    """Warn once of weights that belong to no loss: tfaip 1.2 accepted them, its own manual has one."""
    losses = list(losses)
    for name in weights:
        if name not in losses and (cls, name) not in _warned_weights:
            _warned_weights.add((cls, name))
            log.warning(
                "%s._loss_weights (%s) names the loss %r, which does not exist; the losses are %s. %s",
                cls.__name__,
                describe_location(cls, "_loss_weights"),
                name,
                ", ".join(losses),
                did_you_mean(name, losses) or "",
            )


def check_metrics(cls: type, metrics: Any, calls: Sequence[MetricCall]) -> List[NamedMetric]:
    """Return the metrics with their names.

    Args:
        cls: Class of the model.
        metrics: What the hook returned.
        calls: The metrics that were called in the hook.

    Raises:
        UserTypeError: If there is something else than called metrics (or tensors with a name).
    """
    where = describe_location(cls, "_metric")
    metric_of = {id(call.result): call.metric for call in calls}
    if isinstance(metrics, Mapping):
        return [_check_named_metric(name, value, metric_of, where) for name, value in metrics.items()]
    if not isinstance(metrics, (list, tuple)):
        raise UserTypeError(
            f"{cls.__name__}._metric returns no metrics.",
            where=where,
            expected="a list of called keras metrics, or a dict of name to called keras metric or tensor",
            got=_describe(metrics),
        )
    return [_check_listed_metric(i, value, metric_of, where) for i, value in enumerate(metrics)]


def _check_named_metric(name: Any, value: Any, metric_of: Dict[int, Any], where: str) -> NamedMetric:
    metric = metric_of.get(id(value))
    value = value.value if isinstance(value, keras.Variable) else value
    is_number = tf.is_tensor(value) and (value.dtype.is_floating or value.dtype.is_integer or value.dtype.is_bool)
    if not isinstance(name, str) or (metric is None and not is_number):
        raise UserTypeError(
            f"The metric {name!r} is neither a called keras metric nor a tensor of numbers.",
            where=where,
            expected="a dict of name to called keras metric, or to a tensor that is averaged over the samples",
            got=_describe(value),
            hint=_how_to_call(value),
        )
    return NamedMetric(name, metric, None if metric is not None else value)


def _check_listed_metric(index: int, value: Any, metric_of: Dict[int, Any], where: str) -> NamedMetric:
    metric = metric_of.get(id(value))
    if metric is None:
        raise UserTypeError(
            f"Metric number {index} is not the result of a called keras metric.",
            where=where,
            expected="[self.acc(targets['gt'], outputs['class'])] with self.acc = keras.metrics.Accuracy(name='acc')",
            got=_describe(value),
            hint=_how_to_call(value)
            or "wrap a tensor: self.mean = keras.metrics.Mean(name='...') in __init__ and self.mean(tensor) here, "
            "or return a dict of name to tensor.",
        )
    return NamedMetric(metric.name, metric, None)


def _how_to_call(value: Any) -> Optional[str]:
    return "the metric must be called with its values." if isinstance(value, keras.metrics.Metric) else None


def check_names(model_cls: type, losses: Sequence[str], metrics: Sequence[NamedMetric], total: str) -> None:
    """Check that all names of the log differ.

    Args:
        model_cls: Class of the model.
        losses: Names of the losses.
        metrics: The metrics of model and graph.
        total: Name of the sum of all losses.

    Raises:
        UserValueError: If two losses or metrics share a name.
    """
    entries = [("the sum of all losses", total)] + [("a loss", name) for name in losses]
    if "loss" not in losses:
        entries.append(("the sum of all losses", "loss"))
    entries += [(_metric_kind(entry), entry.name) for entry in metrics]
    for name, count in Counter(name for _, name in entries).items():
        if count > 1:
            raise UserValueError(
                f"The name {name!r} is used {count} times; losses and metrics share the names of the log.",
                where=model_cls.__name__,
                got=" and ".join(kind for kind, other in entries if other == name),
                hint="give each keras metric its own name=... and each loss its own key.",
            )


def _metric_kind(entry: NamedMetric) -> str:
    return "a metric tensor" if entry.metric is None else f"a metric ({type(entry.metric).__name__})"


def check_best_logging_settings(cls: type, settings: Any) -> Tuple[str, str]:
    """Return mode and name of the value that tells the best model.

    Raises:
        UserTypeError: If they are not a pair of "min" or "max" and a name.
    """
    is_pair = isinstance(settings, (tuple, list)) and len(settings) == 2
    if not is_pair or settings[0] not in ("min", "max") or not isinstance(settings[1], str):
        raise UserTypeError(
            f"{cls.__name__}._best_logging_settings does not tell the best model.",
            where=describe_location(cls, "_best_logging_settings"),
            expected='mode and name of a loss or metric, e.g. ("max", "acc")',
            got=repr(settings),
        )
    return settings[0], settings[1]


def check_outputs(graph: Any, method: str, outputs: Any) -> None:
    """Check that a graph returns its outputs by name.

    Raises:
        UserTypeError: If it does not.
    """
    names_ok = isinstance(outputs, Mapping) and all(isinstance(name, str) for name in outputs)
    if not names_ok or not outputs:
        raise UserTypeError(
            f"The graph {type(graph).__name__} does not return its outputs by name.",
            where=describe_location(type(graph), method),
            expected="a dict of name to tensor",
            got=_describe(outputs),
        )


def _describe(value: Any) -> str:
    if tf.is_tensor(value):
        return f"a tensor {value.dtype.name}{value.shape}"
    if isinstance(value, Mapping):
        return f"a dict with {', '.join(map(str, value)) or 'nothing'}"
    return f"{value!r} ({type(value).__name__})"
