# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Running user code once without data, to build its variables and to check its results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional

import keras
import tensorflow as tf

from tfaip.model.keras_private.discardingscope import DiscardingScope

if TYPE_CHECKING:
    from tfaip.model.rootgraph import RootGraph

Specs = Mapping[str, tf.TensorSpec]


class _SymbolicRun(keras.layers.Layer):
    """Runs a function on real tensors of Keras' scratch graph; what it assigns to variables is dropped."""

    def __init__(self, function: Callable[..., None]):
        super().__init__(name="symbolic_run")
        self.function = function
        self.error: Optional[Exception] = None

    def call(self, arguments: Dict[str, Any]) -> Dict[str, Any]:
        try:
            with DiscardingScope():
                self.function(**arguments)
        except Exception as error:  # kept as it is: Keras would wrap it; run_symbolically raises it
            self.error = error
        return {}


def run_symbolically(function: Callable[..., None], **specs: Specs) -> None:
    """Call a function with tensors without values, and create all variables that it needs.

    Args:
        function: Called once with a dict of tensors for each keyword.
        **specs: The specs of the tensors, without batch dimension.
    """
    run = _SymbolicRun(function)
    tensors = {
        key: {name: keras.KerasTensor((None, *spec.shape), spec.dtype.name) for name, spec in specs_of_key.items()}
        for key, specs_of_key in specs.items()
    }
    run.compute_output_spec(tensors)
    if run.error is not None:
        raise run.error


def build_root_graph(root_graph: "RootGraph", input_specs: Specs) -> None:
    """Create the variables of the prediction graph, e.g. in order to load weights into it.

    Args:
        root_graph: The root graph.
        input_specs: The specs of the inputs, without batch dimension.
    """
    from tfaip.model.results import check_outputs

    def predict(inputs: Dict[str, tf.Tensor]) -> None:
        check_outputs(root_graph.graph, "build_prediction_graph", root_graph.predict(inputs))

    run_symbolically(predict, inputs=input_specs)
