# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Lets a training begin with the pretrained backbone, by the means of every training: warm start and frozen layers."""

from tfaip import TrainerParams

PATH_IN_FILE = "graph/backbone"


def use_pretrained_backbone(params: TrainerParams, pretrained: bool, frozen: bool, path: str = PATH_IN_FILE) -> None:
    """Set the flags that the user did not: ``--warmstart.model`` and ``--trainer.no_train_scope``.

    Args:
        params: Parameters of a training whose graph has a layer ``backbone``; changed in place.
        pretrained: Begin with the weights of ImageNet, which are fetched at the first use.
        frozen: Leave the backbone as it is.
        path: The attributes that lead to it.
    """
    if pretrained and params.warmstart.model is None:
        from examples.datasets.efficientnet import efficientnet_weights

        params.warmstart.model = str(efficientnet_weights())
        params.warmstart.include = ".*backbone/.*"
        if path != PATH_IN_FILE:
            params.warmstart.rename = [f"{PATH_IN_FILE}->{path}"]
    if frozen and params.no_train_scope is None:
        params.no_train_scope = ".*backbone"
