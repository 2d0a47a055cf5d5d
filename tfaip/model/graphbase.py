# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Base classes of graphs: what a model computes."""

from abc import ABC, abstractmethod
from typing import Any, Dict, Optional, TypeVar

from tfaip.model.hookforms import accepts, check_graph_class, has_parameter, wrong_form
from tfaip.model.keras_private.hookcalls import convert_hook
from tfaip.model.layerbase import LayerBase
from tfaip.model.modelbaseparams import ModelBaseParams
from tfaip.model.rootgraph import RootGraph
from tfaip.model.trainpredictlayer import TrainPredictLayer
from tfaip.util.tftyping import AnyTensor

TMP = TypeVar("TMP", bound=ModelBaseParams)

__all__ = ["TMP", "GenericGraphBase", "GraphBase", "RootGraph"]


class GenericGraphBase(LayerBase[TMP], TrainPredictLayer, ABC):
    """A graph that may differ between training and prediction.

    A graph is a keras layer: its layers are created in ``__init__`` and connected in the ``build_*`` methods, which
    always get real tensors, so that any TensorFlow operation can be used. It is called by ``train(inputs, targets)``
    and ``predict(inputs)``, also by a graph that contains it.

    The hooks may leave ``training`` out. A method ``pre_proc_targets(self, inputs, targets)`` may be added, which
    returns the targets that graph, losses and metrics will see.

    Args:
        params: Parameters of the model.
        **kwargs: Arguments of a keras layer.

    Raises:
        UserTypeError: If a hook has an old or unknown form.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Check for old forms, before Python complains about the hooks that are missing instead."""
        check_graph_class(cls, TrainPredictLayer)
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, params: TMP, **kwargs: Any):
        super().__init__(params, **kwargs)
        self._check_hooks()
        self._train_takes_training = has_parameter(self.build_train_graph, "training")
        self._predict_takes_training = has_parameter(self.build_prediction_graph, "training")

    def _check_hooks(self) -> None:
        cls = type(self)
        if not accepts(self.build_train_graph, 0, 0):
            today = "build_train_graph(self, inputs, targets=None, training=None)"
            raise wrong_form(cls, "build_train_graph", today, "take inputs and targets.")
        if not accepts(self.build_prediction_graph, 0):
            today = "build_prediction_graph(self, inputs, training=None)"
            raise wrong_form(cls, "build_prediction_graph", today, "take the inputs.")

    @abstractmethod
    def build_train_graph(
        self, inputs: Dict[str, AnyTensor], targets: Optional[Dict[str, AnyTensor]] = None, training: Any = None
    ) -> Dict[str, AnyTensor]:
        """Connect the layers for training and validation.

        Args:
            inputs: The input tensors, with batch dimension.
            targets: The target tensors, with batch dimension.
            training: Whether the step trains (else it validates).

        Returns:
            The outputs by name.
        """

    def build_prediction_graph(self, inputs: Dict[str, AnyTensor], training: Any = None) -> Dict[str, AnyTensor]:
        """Connect the layers for prediction; by default as for training, without targets.

        Args:
            inputs: The input tensors, with batch dimension.
            training: Whether an outer graph trains.

        Returns:
            The outputs by name.
        """
        return self._train(inputs, None, training)

    def _train(self, inputs: Any, targets: Any, training: Any) -> Any:
        if self._train_takes_training:
            return convert_hook(self.build_train_graph)(inputs, targets, training=training)
        return convert_hook(self.build_train_graph)(inputs, targets)

    def _predict(self, inputs: Any, training: Any) -> Any:
        if self._predict_takes_training:
            return convert_hook(self.build_prediction_graph)(inputs, training=training)
        return convert_hook(self.build_prediction_graph)(inputs)


class GraphBase(GenericGraphBase[TMP], ABC):
    """A graph that is the same in training and prediction: only :meth:`build_graph` is to be implemented.

    Args:
        params: Parameters of the model.
        **kwargs: Arguments of a keras layer.
    """

    def _check_hooks(self) -> None:
        if not accepts(self.build_graph, 0):
            today = "build_graph(self, inputs, training=None) -> Dict[str, tensor]"
            raise wrong_form(type(self), "build_graph", today, "take the inputs.")
        self._build_takes_training = has_parameter(self.build_graph, "training")
        super()._check_hooks()

    @abstractmethod
    def build_graph(self, inputs: Dict[str, AnyTensor], training: Any = None) -> Dict[str, AnyTensor]:
        """Connect the layers.

        Args:
            inputs: The input tensors, with batch dimension.
            training: Whether layers such as dropout are active.

        Returns:
            The outputs by name.
        """

    def build_train_graph(
        self, inputs: Dict[str, AnyTensor], targets: Optional[Dict[str, AnyTensor]] = None, training: Any = None
    ) -> Dict[str, AnyTensor]:
        """Connect the layers for training and validation with :meth:`build_graph`."""
        if self._build_takes_training:
            return self.build_graph(inputs, training=training)
        return self.build_graph(inputs)
