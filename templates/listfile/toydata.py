# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Toy data: files with four numbers each, and lists of them. Delete this module when there are lists of your own."""

import os
from typing import List

import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "toydata")
SIZES = {"train": 240, "val": 60}


def toy_list(name: str) -> List[str]:
    """Return the toy list ``train`` or ``val``, nothing if it has not been written."""
    path = os.path.join(FOLDER, f"{name}.lst")
    return [path] if os.path.isfile(path) else []


def write_toy_data(folder: str, called: str) -> None:
    """Write files and lists.

    Args:
        folder: A folder that is there.
        called: What the lists call it.
    """
    rng = np.random.default_rng(1)
    for name, n_samples in SIZES.items():
        lines = ["# file class"]
        for i in range(n_samples):
            values = rng.normal(size=4)
            np.savetxt(os.path.join(folder, f"{name}_{i:03}.txt"), values, fmt="%.4f")
            lines.append(f"{os.path.join(called, f'{name}_{i:03}.txt')} {int(values.mean() > 0)}")
        with open(os.path.join(folder, f"{name}.lst"), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
