# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Writing targets and predictions of an evaluation to a file."""

import pickle
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from tfaip.lav.callbacks.lav_callback import LAVCallback
from tfaip.util.file.atomic import write_bytes_atomically

if TYPE_CHECKING:
    from tfaip.data.pipeline.definitions import Sample


class DumpResultsCallback(LAVCallback):
    """Writes ``{"target_prediction_pairs": [(targets, outputs), ...], "result": {...}}`` as a pickle.

    What is written of a sample is up to ``LAV.extract_dump_data``. Reading a pickle runs code that its author chose:
    load only files that you wrote yourself.

    Args:
        filename: The file to write, when the evaluation of a list has ended. Of several lists the last one stays.
    """

    def __init__(self, filename: str):
        super().__init__()
        self.filename = filename
        self.target_prediction_pairs: List[Tuple[Any, Any]] = []

    def on_lav_start(self) -> None:
        """Forget the samples of another list."""
        self.target_prediction_pairs = []

    def on_sample_end(self, sample: "Sample") -> None:
        """Remember the sample."""
        assert self.lav is not None
        self.target_prediction_pairs.append(self.lav.extract_dump_data(sample))

    def on_lav_end(self, result: Dict[str, Any]) -> None:
        """Write the file, complete or not at all."""
        dump = {"target_prediction_pairs": self.target_prediction_pairs, "result": result}
        write_bytes_atomically(self.filename, pickle.dumps(dump))
