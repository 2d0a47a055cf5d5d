# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Layers that can write to TensorBoard, own metrics, and are built from parameters."""

from typing import Any, Dict, Generic, List, Optional, Type, TypeVar, cast

import keras

from tfaip.model.keras_private.hookcalls import framework_code
from tfaip.model.layerbaseparams import LayerBaseParams
from tfaip.model.scope import current_scope
from tfaip.model.tensorboardwriter import TensorboardWriterInterface
from tfaip.util.errors import UserTypeError
from tfaip.util.generic_meta import CollectGenericTypes
from tfaip.util.tftyping import AnyTensor

# Bound to no class, since a graph is a layer whose parameters are those of a model.
TLP = TypeVar("TLP")

__all__ = ["TLP", "LayerBase", "LayerBaseParams", "TFAIPLayerBase"]


class TFAIPLayerBase(keras.layers.Layer):
    """A keras layer that can hand values to TensorBoard and own metrics."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # A build of Keras' own calls the layer once more, in a graph whose values cannot reach TensorBoard.
        self.built = type(self).build is keras.layers.Layer.build

    @property
    def tensorboard_outputs(self) -> List[TensorboardWriterInterface]:
        """The writers that are attributes of this layer."""
        return [value for value in vars(self).values() if isinstance(value, TensorboardWriterInterface)]

    @framework_code
    def add_tensorboard(self, tb: TensorboardWriterInterface, value: AnyTensor) -> None:
        """Hand a value to TensorBoard; to be called while the layer is called.

        The value of the last validation batch is written at the end of an epoch.

        Args:
            tb: Writes the value.
            value: A tensor of any shape.
        """
        scope = current_scope()
        if scope is not None:
            scope.add_tensorboard(tb, value)

    @framework_code
    def add_metric(self, value: AnyTensor, aggregation: Optional[str] = None, name: Optional[str] = None) -> None:
        """Show a value as metric; to be called while the layer is called.

        Args:
            value: The result of a called keras metric (which is shown under its name, whether it is added or not), or a
                tensor, which is averaged over all samples and needs a name.
            aggregation: None or "mean".
            name: Name of a value that is not the result of a metric.

        Raises:
            UserTypeError: If the aggregation is unknown.
        """
        if aggregation not in (None, "mean"):
            raise UserTypeError(
                "This aggregation of a metric is not known.",
                where=f"{type(self).__name__}.add_metric",
                expected='"mean", or a keras metric that was called',
                got=repr(aggregation),
            )
        scope = current_scope()
        if scope is not None and name is not None:
            scope.metrics[name] = value


class LayerBase(Generic[TLP], TFAIPLayerBase, metaclass=CollectGenericTypes):
    """A layer that is built from parameters.

    Args:
        params: The parameters.
        **kwargs: Arguments of a keras layer.
    """

    def __init__(self, params: TLP, **kwargs: Any):
        super().__init__(**kwargs)
        self._params = params

    @property
    def params(self) -> TLP:
        """The parameters of the layer."""
        return self._params

    @classmethod
    def params_cls(cls) -> Type[TLP]:
        """Return the class of the parameters."""
        return cast(Type[TLP], cls.__generic_types__["TLP"])

    def get_config(self) -> Dict[str, Any]:
        """Return what :meth:`from_config` needs."""
        return {"name": self.name, "trainable": self.trainable, "params": cast(Any, self._params).to_dict()}

    @classmethod
    def from_config(cls, config: Dict[str, Any]) -> "LayerBase":
        """Return a new layer of a configuration."""
        config = dict(config)
        return cls(cast(Any, cls.params_cls()).from_dict(config.pop("params")), **config)
