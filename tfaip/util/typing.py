# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Names for type annotations that need numpy only."""

import sys
from collections import OrderedDict
from typing import Any, Union

import numpy as np

AnyNumpy = Union[np.ndarray, np.generic, int, float, bool, str, bytes]
"""A value that numpy can hold: an array, a numpy scalar or a Python primitive."""


class GraphData(OrderedDict):
    """The named values that enter or leave a graph, in order."""


def is_tensor(value: Any) -> bool:
    """Return whether ``value`` is a tensor of TensorFlow (which this does not import)."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and bool(tensorflow.is_tensor(value))
