# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Seeds for everything that draws random numbers."""

import os
import random
from typing import Optional

import numpy as np


def set_global_random_seed(random_seed: Optional[int]) -> None:
    """Seed Python, NumPy, TensorFlow and Keras.

    Each gets a number of its own (NumPy ``n + 1``, TensorFlow and Keras ``n + 2``, Python ``n + 3``), so that their
    streams are not related. ``PYTHONHASHSEED`` is set for processes started later.

    Args:
        random_seed: The seed ``n``; None leaves everything as it is.
    """
    if random_seed is None:
        return
    import keras

    os.environ["PYTHONHASHSEED"] = str(random_seed)
    # Keras 3 draws initial weights from a seed generator of its own that only this function resets; it seeds the
    # other libraries as well, which therefore follow it.
    keras.utils.set_random_seed(random_seed + 2)
    np.random.seed(random_seed + 1)
    random.seed(random_seed + 3)
