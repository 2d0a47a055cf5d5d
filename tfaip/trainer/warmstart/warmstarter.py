# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starting a training from the weights of another model."""

from typing import Any, List

from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.errors import NotSupportedYetError


class WarmStarter:
    """Copies the weights of another model into a new one; not supported yet.

    Args:
        params: Which weights to copy and how to match their names.
    """

    def __init__(self, params: WarmStartParams, **kwargs: Any):
        self._params = params

    @property
    def params(self) -> WarmStartParams:
        """The parameters of the warm start."""
        return self._params

    def warmstart(self, target_model: Any, custom_objects: Any = None) -> None:
        """Copy the weights if ``params.model`` is set.

        Raises:
            NotSupportedYetError: If a model is given.
        """
        if self._params.model:
            raise NotSupportedYetError(
                "A warm start is not supported yet.", where="warmstart.model", got=repr(self._params.model)
            )

    def apply_weights(self, target_model: Any, new_weights: List[Any]) -> None:
        """Assign ``new_weights`` to the weights of ``target_model``; not supported yet.

        Raises:
            NotSupportedYetError: Always.
        """
        raise NotSupportedYetError("A warm start is not supported yet.", where="WarmStarter.apply_weights")
