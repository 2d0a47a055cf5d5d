# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Messages for settings of a training that the contract knows and this version cannot do yet."""

from tfaip.trainer.params import TrainerParams
from tfaip.util.errors import NotSupportedYetError


def check_trainer_params_supported(params: TrainerParams, export_training_graph: bool = False) -> None:
    """Raise an error for settings that would have no effect.

    Raises:
        NotSupportedYetError: If one is set.
    """
    if params.export_training_graph_path or export_training_graph:
        raise NotSupportedYetError(
            "A TensorFlow 1 training graph cannot be exported: Keras 3 has none.",
            where="trainer.export_training_graph_path",
            got=repr(params.export_training_graph_path),
            hint="export the prediction graph (trainer.export_final), and resume trainings with tfaip-resume-training.",
        )
