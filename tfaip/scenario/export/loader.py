# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Loading the graph of a model directory, of this version and of tfaip 1.2."""

import itertools
import re
from functools import cached_property
from typing import Any, Dict, Optional

import tensorflow as tf

from tfaip.scenario.export.manifest import check_graph_files, manifest_above
from tfaip.scenario.export.savedmodel import SIGNATURE
from tfaip.scenario.paramsfile import check_saved_model_files
from tfaip.util.errors import UserError, UserValueError

# operations of TensorFlow whose results depend on more than their inputs, or that leave something behind
_IMPURE = re.compile(
    "Assign|Resource(Apply|Scatter|Strided)|Random|Multinomial|(ParameterizedT|T)runcatedNormal|"
    "Stateful(Random|Standard|Uniform|Truncated)|.*PyFunc|.*Queue|.*Barrier|LookupTable(Insert|Import|Remove)"
)


class ExportedModel:
    """The graph of a SavedModel: call it with a dict of batched inputs to get a dict of batched outputs.

    Args:
        path: The SavedModel.
        loaded: What ``tf.saved_model.load`` gave for it.

    Attributes:
        input_specs: Shape and dtype of each input.
        output_specs: Shape and dtype of each output.
        variables: The variables by attribute path; None for models of tfaip 1.2, which do not name them.
    """

    def __init__(self, path: str, loaded: Any):
        self.path = path
        self._loaded = loaded
        self._signature = loaded.signatures[SIGNATURE]
        self.input_specs: Dict[str, tf.TensorSpec] = dict(self._signature.structured_input_signature[1])
        variables = getattr(loaded, "variables_by_path", None)
        self.variables: Optional[Dict[str, tf.Variable]] = None if variables is None else dict(variables)
        if self.variables is None and callable(loaded):
            self._signature = self._call_of_keras_2()
        self.output_specs: Dict[str, tf.TensorSpec] = dict(self._signature.structured_outputs)

    @cached_property
    def is_pure(self) -> bool:
        """Whether the outputs follow from the inputs alone: nothing is random, written, or computed in Python."""
        definition = self._signature.graph.as_graph_def()
        nodes = itertools.chain(definition.node, *(function.node_def for function in definition.library.function))
        return not any(_IMPURE.match(node.op) for node in nodes)

    def _call_of_keras_2(self) -> Any:
        """Return the call of a model of tfaip 1.2, whose signature names the outputs by layers and not by keys."""

        @tf.function
        def call(**inputs: tf.Tensor) -> Dict[str, tf.Tensor]:
            return self._loaded(inputs, training=False)

        return call.get_concrete_function(**self.input_specs)

    def __call__(self, inputs: Dict[str, Any], training: bool = False) -> Dict[str, tf.Tensor]:
        """Apply the graph.

        Args:
            inputs: Arrays or tensors with the batch as first axis; inputs that the graph does not know are ignored.
            training: Must be False; there for calls in the manner of keras.

        Raises:
            UserValueError: If an input is missing.
        """
        missing = [name for name in self.input_specs if name not in inputs]
        if missing:
            raise UserValueError(
                f"The model needs the input {missing[0]!r}.",
                where=self.path,
                expected=", ".join(self.input_specs),
                got=", ".join(inputs) or "no input",
            )
        tensors = {
            name: tf.convert_to_tensor(inputs[name], dtype=spec.dtype) for name, spec in self.input_specs.items()
        }
        return self._signature(**tensors)


def load_exported_model(path: str) -> ExportedModel:
    """Load the SavedModel in ``path``.

    Raises:
        UserFileNotFoundError: If one of its files is missing.
        UserError: If a file is damaged.
    """
    check_graph_files(path)
    check_saved_model_files(path)
    try:
        loaded = tf.saved_model.load(path)
        return ExportedModel(path, loaded)
    except (OSError, ValueError, LookupError, AttributeError, RuntimeError, tf.errors.OpError) as error:
        first_line = str(error).strip().partition("\n")[0]
        raise UserError(
            "The exported model cannot be loaded.",
            where=path,
            expected=f"a SavedModel with the signature {SIGNATURE}",
            got=f"{type(error).__name__}: {first_line}",
            hint=f"export the model again; the files may be damaged{_written_by(path)}.",
        ) from error


def _written_by(path: str) -> str:
    """Return what a message adds where the model was written by another version of TensorFlow."""
    manifest = manifest_above(path)
    version = manifest.versions.get("tensorflow") if manifest is not None else None
    if version in (None, tf.__version__):
        return ""
    return f", or this TensorFlow {tf.__version__} cannot read what TensorFlow {version} wrote"
