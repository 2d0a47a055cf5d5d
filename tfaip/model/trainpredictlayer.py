# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The machinery of layers that have one way to be computed for training and one for prediction."""

from typing import Any, Optional

import keras
import numpy as np
import tensorflow as tf

from tfaip.model.keras_private.hookcalls import framework_code
from tfaip.model.layerbase import TFAIPLayerBase
from tfaip.util.errors import UserValueError

TRAIN = "train"
PREDICT = "predict"


class _Arguments:
    """Hides the arguments of a call from Keras, which would cast targets and refuse structures that mix types."""

    def __init__(self, inputs: Any, targets: Any):
        self.inputs = inputs
        self.targets = targets

    def __repr__(self) -> str:
        return f"inputs={_describe(self.inputs)}, targets={_describe(self.targets)}"


class TrainPredictLayer(TFAIPLayerBase):
    """A layer that is called by :meth:`train` and :meth:`predict` only.

    Both run inside of the layer's call, hence on real tensors: eagerly, in a ``tf.function``, or in the scratch graph
    that Keras uses for its symbolic tensors. ``training`` is the one of the layer around, unless given, and reaches
    subclasses as a Python bool. Layers and variables that are created while the layer is built for the first time are
    tracked, too.

    Args:
        **kwargs: Arguments of a keras layer.
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        # A build of Keras' own would run the user's code twice; one that the user wrote is called as usual.
        self.built = type(self).build is keras.layers.Layer.build

    @framework_code
    def train(self, inputs: Any, targets: Any = None, training: Optional[bool] = None) -> Any:
        """Compute the graph for the training and its validation.

        Args:
            inputs: Tensors or numpy arrays, usually a dict.
            targets: Tensors or numpy arrays, usually a dict.
            training: Whether layers such as dropout are active; None: as the layer around, else False.
        """
        return self._call(TRAIN, inputs, targets, training)

    @framework_code
    def predict(self, inputs: Any, training: Optional[bool] = None) -> Any:
        """Compute the graph for the prediction.

        Args:
            inputs: Tensors or numpy arrays, usually a dict.
            training: As in :meth:`train`.
        """
        return self._call(PREDICT, inputs, None, training)

    def _train(self, inputs: Any, targets: Any, training: bool) -> Any:
        raise NotImplementedError

    def _predict(self, inputs: Any, training: bool) -> Any:
        raise NotImplementedError

    def _call(self, mode: str, inputs: Any, targets: Any, training: Optional[bool]) -> Any:
        kwargs = {} if training is None else {"training": training if tf.is_tensor(training) else bool(training)}
        inputs, targets = tf.nest.map_structure(_to_tensor, (inputs, targets))
        if any(isinstance(tensor, keras.KerasTensor) for tensor in tf.nest.flatten((inputs, targets))):
            # Keras must see its symbolic tensors in order to connect the layers of a functional model.
            arguments = {"inputs": inputs} if targets is None else {"inputs": inputs, "targets": targets}
            return self(mode=mode, **arguments, **kwargs)
        return self(mode=mode, arguments=_Arguments(inputs, targets), **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Only Keras and this class call the layer; others use :meth:`train` or :meth:`predict`.

        Raises:
            UserValueError: If it is called directly.
        """
        if "mode" not in kwargs:
            raise UserValueError(
                f"The graph {type(self).__name__} can not be called directly.",
                expected="graph.train(inputs, targets) or graph.predict(inputs)",
                got="graph(...)",
            )
        return super().__call__(*args, **kwargs)

    def call(
        self,
        inputs: Any = None,
        targets: Any = None,
        training: Optional[bool] = None,
        mode: str = PREDICT,
        arguments: Optional[_Arguments] = None,
    ) -> Any:
        """Compute the graph; called by Keras."""
        if arguments is not None:
            inputs, targets = arguments.inputs, arguments.targets
        is_training: Any = training if tf.is_tensor(training) else bool(training)
        inputs = tf.nest.map_structure(self._cast_to_compute_dtype, inputs)
        if mode == TRAIN:
            return self._train(inputs, targets, is_training)
        return self._predict(inputs, is_training)

    def _cast_to_compute_dtype(self, tensor: Any) -> Any:
        # as Keras does for the inputs of any layer
        is_float = tf.is_tensor(tensor) and tensor.dtype.is_floating
        if is_float and self.autocast and tensor.dtype.name != self.compute_dtype:
            return tf.cast(tensor, self.compute_dtype)
        return tensor

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """Return no mask: the layers inside pass their masks on themselves."""


def _to_tensor(value: Any) -> Any:
    return tf.convert_to_tensor(value) if isinstance(value, (np.ndarray, np.generic)) else value


def _describe(structure: Any) -> Any:
    def describe(value: Any) -> str:
        return f"{value.dtype.name}{value.shape}" if tf.is_tensor(value) else type(value).__name__

    return tf.nest.map_structure(describe, structure)
