# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""How a scenario looks to the clients of its service."""

from typing import TYPE_CHECKING, Any, Dict, Optional

if TYPE_CHECKING:
    from tfaip.data.data import DataBase
    from tfaip.data.pipeline.definitions import Sample


class ServingAdapter:
    """Translates between requests and samples. Subclass it, and return it in ``ScenarioBase.serving_cls``.

    Args:
        data: The data of the model.

    Attributes:
        takes_text: Whether inputs may be, or hold, texts. Set it only if no processor takes texts for the names of
            files: a client could read files of the machine that serves.
    """

    takes_text = False

    def __init__(self, data: "DataBase"):
        self.data = data

    def decode_inputs(self, inputs: Any) -> Any:
        """Return what a data generator would put into ``Sample.inputs``.

        It may run in several threads at a time.

        Args:
            inputs: What a client sent: arrays (also images), numbers, texts, lists and dictionaries of them.

        Raises:
            ValueError: The inputs are wrong; the client is told the message.
        """
        return inputs

    def encode_outputs(self, sample: "Sample") -> Any:
        """Return what a client is told of a predicted sample.

        Args:
            sample: The sample after the post-processing.

        Returns:
            Arrays, numbers, texts, lists and dictionaries of them.
        """
        return sample.outputs

    def inputs_schema(self) -> Optional[Dict[str, Any]]:
        """Return the JSON schema of the inputs, None if it is that of the network's inputs or not known."""
        return None

    def example_inputs(self) -> Any:
        """Return inputs as a client would write them in JSON, for the documentation; None if there is no example."""
        return None
