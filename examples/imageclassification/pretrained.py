# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Lets a training begin with the pretrained backbone, by the means of every training: warm start and frozen layers."""

from tfaip import TrainerParams

PATH_OF_BACKBONE = ".*backbone"


def use_pretrained_backbone(params: TrainerParams, pretrained: bool, frozen: bool) -> None:
    """Set the flags that the user did not: ``--warmstart.model`` and ``--trainer.no_train_scope``.

    Args:
        params: Parameters of a training whose graph has a layer ``backbone``; changed in place.
        pretrained: Begin with the weights of ImageNet, which are fetched at the first use.
        frozen: Leave the backbone as it is.
    """
    if pretrained and params.warmstart.model is None:
        from examples.datasets.efficientnet import efficientnet_weights

        params.warmstart.model = str(efficientnet_weights())
        params.warmstart.include = f"{PATH_OF_BACKBONE}/.*"
    if frozen and params.no_train_scope is None:
        params.no_train_scope = PATH_OF_BACKBONE
