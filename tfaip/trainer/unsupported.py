# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Messages for settings of a training that the contract knows and this version cannot do yet."""

from tfaip.device.device_config import DistributionStrategy
from tfaip.device.precision import Precision
from tfaip.trainer.nonfinite.policy import NonFinitePolicy
from tfaip.trainer.params import TrainerParams
from tfaip.util.errors import NotSupportedYetError, UserValueError


def check_trainer_params_supported(params: TrainerParams, export_training_graph: bool = False) -> None:
    """Raise an error for settings that would have no effect, and for those that exclude each other.

    Raises:
        NotSupportedYetError: If one is set.
        UserValueError: If two exclude each other.
    """
    _check_several_devices(params)
    if params.export_training_graph_path or export_training_graph:
        raise NotSupportedYetError(
            "A TensorFlow 1 training graph cannot be exported: Keras 3 has none.",
            where="trainer.export_training_graph_path",
            got=repr(params.export_training_graph_path),
            hint="export the prediction graph (trainer.export_final), and resume trainings with tfaip-resume-training.",
        )


def _check_several_devices(params: TrainerParams) -> None:
    strategy = params.device.dist_strategy
    if strategy == DistributionStrategy.DEFAULT:
        return
    if params.jit_compile:
        raise UserValueError(
            "Steps that several devices share cannot be compiled with XLA.",
            where="trainer.jit_compile, device.dist_strategy",
            expected="one of them",
            got=f"both ({strategy})",
            hint="leave --trainer.jit_compile out",
        )
    if params.non_finite == NonFinitePolicy.SKIP:
        raise UserValueError(
            "Steps that several devices share cannot be skipped.",
            where="trainer.non_finite, device.dist_strategy",
            expected="stop or restore, or one device",
            got=f"{params.non_finite} with {strategy}",
            hint="--trainer.non_finite restore",
        )
    if strategy == DistributionStrategy.CENTRAL_STORAGE and params.precision == Precision.FLOAT16:
        raise UserValueError(
            "The loss cannot be scaled where weights have a central storage.",
            where="trainer.precision, device.dist_strategy",
            expected="bfloat16, or another strategy",
            got=f"{params.precision} with {strategy}",
            hint="--device.dist_strategy mirror, or --trainer.precision bfloat16",
        )
