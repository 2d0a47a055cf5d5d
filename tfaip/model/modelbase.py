# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Base class of models: how a graph is judged and exported."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Callable, Dict, Generic, List, Optional, Tuple, Type, TypeVar, Union, cast

import keras

from tfaip.model.hookforms import check_model_hooks
from tfaip.model.keras_private.hookcalls import convert_hook
from tfaip.model.modelbaseparams import ModelBaseParams
from tfaip.util.errors import NotSupportedYetError, UserTypeError
from tfaip.util.generic_meta import CollectGenericTypes
from tfaip.util.kerasversion import check_keras_3
from tfaip.util.tftyping import AnyTensor

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.pipeline.definitions import Sample
    from tfaip.model.rootgraph import RootGraph

# before anything is built on the wrong Keras
check_keras_3()

TMP = TypeVar("TMP", bound=ModelBaseParams)
Tensors = Dict[str, AnyTensor]
Metrics = Union[List[AnyTensor], Dict[str, AnyTensor]]

TOTAL_LOSS = "loss/mean_epoch"


class TFAIPKerasModel(keras.Model):
    """A functional keras model.

    Args:
        inputs: The symbolic inputs.
        outputs: The symbolic outputs.
        **kwargs: Further arguments of a keras model.
    """

    def __init__(self, inputs: Any, outputs: Any, **kwargs: Any):
        super().__init__(inputs=inputs, outputs=outputs, **kwargs)


class ModelBase(Generic[TMP], ABC, metaclass=CollectGenericTypes):
    """Defines losses, metrics, what the best model is, and what is exported.

    Keras losses and metrics are created in ``__init__`` and called in the hooks, which always get real tensors.

    Args:
        params: Parameters of the model.
        **kwargs: Must be empty: a subclass takes its own arguments out.

    Raises:
        UserTypeError: If there are unknown arguments, or a hook has an old or unknown form.
    """

    def __init__(self, params: TMP, **kwargs: Any):
        if kwargs:
            raise UserTypeError(
                f"The model {type(self).__name__} got arguments that it does not know.",
                expected="params, and what the model's own __init__ takes out of kwargs",
                got=", ".join(kwargs),
            )
        check_model_hooks(self)
        if type(self)._sample_weights is not ModelBase._sample_weights:
            raise NotSupportedYetError(
                "The hook _sample_weights is not supported.",
                where=type(self).__name__,
                hint="pass sample_weight=... when a loss or metric is called in _loss or _metric.",
            )
        self._params = params
        self.metrics: Optional[List[keras.metrics.Metric]] = None
        self.tensorboard_writer_metrics: List[keras.metrics.Metric] = []
        self._target_output_metrics: Optional[List[Tuple[str, str, keras.metrics.Metric]]] = None

    @property
    def params(self) -> TMP:
        """The parameters of the model."""
        return self._params

    @classmethod
    def params_cls(cls) -> Type[TMP]:
        """Return the class of the parameters."""
        return cast(Type[TMP], cls.__generic_types__["TMP"])

    @staticmethod
    def root_graph_cls() -> Type["RootGraph"]:
        """Return the class of the root graph. Override if needed."""
        from tfaip.model.rootgraph import RootGraph

        return RootGraph

    @classmethod
    def base_custom_objects(cls) -> Dict[str, type]:
        """Return the keras classes of the framework by their names."""
        from tfaip.model.rootgraph import RootGraph

        return {c.__name__: c for c in (RootGraph, TFAIPKerasModel)}

    @classmethod
    def all_custom_objects(cls) -> Dict[str, type]:
        """Return the keras classes of framework and model by their names. Extend if needed."""
        root_graph_cls = cls.root_graph_cls()
        return {**cls.base_custom_objects(), root_graph_cls.__name__: root_graph_cls}

    # ------------------------------------------------------------------ to be overridden
    @abstractmethod
    def _loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        """Return the losses by their names.

        Args:
            inputs: The inputs.
            targets: The targets, with ``step`` and ``epoch`` (int64, one value for each sample).
            outputs: The outputs of the graph.

        Returns:
            For each loss a scalar (such as a called keras loss), or a value for each sample, whose mean is taken. A
            loss may be called "loss": the log then shows it under this name, and the weighted sum of all losses under
            "loss/mean_epoch" only.
        """

    def _loss_weights(self) -> Optional[Dict[str, float]]:
        """Return the weights of the losses; None, or a missing name: 1."""
        return None

    def _metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Metrics:
        """Return the metrics.

        Args:
            inputs: The inputs.
            targets: The targets, with ``step`` and ``epoch`` (int64, one value for each sample).
            outputs: The outputs of the graph.

        Returns:
            A list of called keras metrics (shown under their names), or a dict of name to a called keras metric or to a
            tensor that is averaged over all samples.
        """
        return []

    def _best_logging_settings(self) -> Tuple[str, str]:
        """Return what tells the best model: ``"min"`` or ``"max"``, and the name of a loss or metric."""
        return "min", TOTAL_LOSS

    def _print_evaluate(self, sample: "Sample", data: "DataBase", print_fn: Callable[[str], Any] = print) -> None:
        """Print a sample of the validation.

        Args:
            sample: A single sample with numpy arrays, after the post-processing.
            data: The data.
            print_fn: Prints a line.
        """

    def _export_graphs(self, inputs: Tensors, outputs: Tensors, targets: Tensors) -> Dict[str, keras.Model]:
        """Return the graphs to export by their labels; "default" must be one of them.

        Args:
            inputs: The symbolic inputs.
            outputs: The symbolic outputs of the prediction graph.
            targets: The symbolic targets.
        """
        del targets  # not required for prediction
        return {"default": TFAIPKerasModel(inputs=inputs, outputs=outputs)}

    def pre_proc_targets(self, inputs: Tensors, targets: Tensors) -> Tensors:
        """Return the targets that graph, losses and metrics get instead of those of the data."""
        return targets

    def post_proc_targets(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        """Return the targets that losses and metrics get, now that the outputs are known."""
        return targets

    def _target_output_metric(self) -> List[Tuple[str, str, keras.metrics.Metric]]:
        """Return metrics as target key, output key, metric. Deprecated: use :meth:`_metric`."""
        return []

    def _sample_weights(self, inputs: Tensors, targets: Tensors) -> Tensors:
        """Not supported: pass weights when a metric is called in :meth:`_metric`."""
        return {}

    # ------------------------------------------------------------------ what the framework calls
    def loss(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Tensors:
        """Return the checked result of :meth:`_loss`."""
        from tfaip.model.results import check_losses

        return check_losses(type(self), convert_hook(self._loss)(inputs, targets, outputs))

    def loss_weights(self) -> Dict[str, float]:
        """Return the checked result of :meth:`_loss_weights`, an empty dict for None."""
        from tfaip.model.results import check_loss_weights

        return check_loss_weights(type(self), self._loss_weights())

    def metric(self, inputs: Tensors, targets: Tensors, outputs: Tensors) -> Metrics:
        """Return the result of :meth:`_metric`, with the metrics of :meth:`_target_output_metric`."""
        metrics = convert_hook(self._metric)(inputs, targets, outputs)
        if self._target_output_metrics is None:
            # only once: the hook may create its metrics
            self._target_output_metrics = list(self._target_output_metric() or [])
        pairs = self._target_output_metrics
        if not pairs:
            return metrics
        called = [(metric.name, metric(targets[target], outputs[output])) for target, output, metric in pairs]
        return {**metrics, **dict(called)} if isinstance(metrics, dict) else [*metrics, *(value for _, value in called)]

    def sample_weights(self, inputs: Tensors, targets: Tensors) -> Tensors:
        """Return the result of :meth:`_sample_weights`."""
        return self._sample_weights(inputs, targets)

    def best_logging_settings(self) -> Tuple[str, str]:
        """Return the checked result of :meth:`_best_logging_settings`."""
        from tfaip.model.results import check_best_logging_settings

        return check_best_logging_settings(type(self), self._best_logging_settings())

    def print_evaluate(self, sample: "Sample", data: "DataBase", print_fn: Callable[[str], Any] = print) -> None:
        """Print a sample of the validation with :meth:`_print_evaluate`."""
        self._print_evaluate(sample, data, print_fn=print_fn)

    def export_graphs(self, inputs: Tensors, outputs: Tensors, targets: Tensors) -> Dict[str, keras.Model]:
        """Return the result of :meth:`_export_graphs`."""
        return self._export_graphs(inputs, outputs, targets)
