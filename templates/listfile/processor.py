# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""From a line of a list to a sample. It runs in worker processes, so do not import TensorFlow here."""

import numpy as np

from tfaip import Sample
from tfaip.data.pipeline.processor.dataprocessor import MappingDataProcessor
from tfaip.util.errors import UserValueError

from .params import LoadProcessorParams


class LoadProcessor(MappingDataProcessor[LoadProcessorParams]):
    """Replace: a line is the path of a text file with numbers, then, except for prediction, the class: ``a.txt 1``."""

    def apply(self, sample: Sample) -> Sample:
        path, *label = sample.inputs.split()
        values = np.loadtxt(path, dtype="float32", ndmin=1)
        expected = self.data_params.length
        if len(values) != expected:
            raise UserValueError(
                "The file is too long or short.", where=path, expected=f"{expected} values", got=str(len(values))
            )
        loaded = sample.new_inputs({"x": values}).new_meta({"path": path})
        return loaded.new_targets({"gt": np.asarray(label, dtype="int32")} if label else None)
