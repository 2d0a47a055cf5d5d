# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Starting a training from the weights of another model."""

from typing import Any, List, Optional, Sequence

import keras
import numpy as np

from tfaip.model.keras_private.weightnames import named_by_path
from tfaip.trainer.warmstart.copying import Copy
from tfaip.trainer.warmstart.matching import best_naming, by_position, targets_of
from tfaip.trainer.warmstart.names import NameRules, without_common_folders
from tfaip.trainer.warmstart.report import Fate, Row, count_fates, error_of, format_rows, nothing_loaded
from tfaip.trainer.warmstart.storedweights import read_weights
from tfaip.trainer.warmstart.warmstart_params import WarmStartParams
from tfaip.util.errors import UserValueError
from tfaip.util.logging import logger

log = logger(__name__)


class WarmStarter:
    """Copies the weights of another model into a new one.

    If each weight has a stored one of its name, or the models are equal weight by weight in their order, all are
    copied. Else those are copied whose names agree by the rules of the parameters.

    Override :meth:`apply_weights` to change the list of all weights, :meth:`_transform_weight` to change one of them,
    :meth:`_trim` to change the names.

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

        Args:
            target_model: The keras model whose weights are set.
            custom_objects: Without effect: no class is loaded.

        Raises:
            UserError: The parameters contradict each other, there is no such model, it is damaged, or its weights are
                not those of the model: then no weight is changed.
        """
        if not self._params.model:
            return
        rules = NameRules.of(self._params)
        stored = read_weights(self._params.model)
        targets = targets_of(target_model)
        naming = best_naming(targets, stored, rules, self._trim)
        copy = Copy(targets, naming, stored, rules)
        if not rules.selects:
            if naming.is_one_to_one and self._copy_all(target_model, copy, naming.sources):
                return
            positions = by_position(targets, stored, naming)
            if positions is not None and self._copy_all(target_model, copy, positions):
                log.warning(
                    "The names of the weights differ, so that they were copied in their order: check the table."
                )
                return
        self._copy_by_name(target_model, copy)

    def apply_weights(self, target_model: Any, new_weights: List[Any]) -> None:
        """Assign values to the weights of a model: all of them or none.

        Args:
            target_model: The keras model. The names of its weights tell their layers as long as this method runs.
            new_weights: A value for each of ``target_model.weights``.

        Raises:
            ValueError: Their number or a shape is wrong.
        """
        weights = target_model.weights
        problems = [
            f"{weight.path}: {np.shape(value)} instead of {tuple(weight.shape)}"
            for weight, value in zip(weights, new_weights, strict=False)
            if tuple(np.shape(value)) != tuple(weight.shape)
        ]
        if len(weights) != len(new_weights) or problems:
            raise UserValueError(
                "The weights of the warm start do not fit the model.",
                where="warmstart.model",
                expected=f"{len(weights)} weights of its shapes",
                got="; ".join([f"{len(new_weights)} weights", *problems[:5]]),
            )
        for weight, value in zip(weights, new_weights, strict=True):
            weight.assign(keras.ops.cast(value, keras.backend.standardize_dtype(weight.dtype)))

    def _transform_weight(self, weight: Any, trainable_name: str, name: str) -> Any:
        """Return the value that a weight gets.

        Args:
            weight: The stored value.
            trainable_name: The name of the weight in the model.
            name: The name of the stored weight.
        """
        return weight

    def _trim(self, names: Sequence[str]) -> Sequence[str]:
        """Return the names of all weights of a model, or of a file, as they are compared."""
        return without_common_folders(names) if self._params.trim_graph_name else names

    # ------------------------------------------------------------------ ways to copy
    def _copy_all(self, target_model: Any, copy: Copy, sources: Sequence[Optional[str]]) -> bool:
        """Copy a stored weight into each weight of the model; return whether their shapes allowed it."""
        values = self._values(copy, sources)
        try:
            with named_by_path(target_model.weights):
                self.apply_weights(target_model, values)
        except ValueError as error:
            log.debug("The weights are not copied as a whole: %s", error)
            return False
        _tell(copy.rows(sources, values, any_shape=True), copy.stored.source)
        return True

    def _copy_by_name(self, target_model: Any, copy: Copy) -> None:
        sources = copy.selected()
        values = self._values(copy, sources)
        may_fit = type(self).apply_weights is not WarmStarter.apply_weights
        rows = copy.rows(sources, values, any_shape=may_fit)
        error = None if self._params.allow_partial else error_of(rows, copy.stored.source)
        if not any(row.fate is Fate.LOADED for row in rows):
            error = error or nothing_loaded(rows, copy.stored.source)
        if error is None:
            fitting = [value if row.fate is Fate.LOADED else None for row, value in zip(rows, values, strict=False)]
            with named_by_path(target_model.weights):
                self.apply_weights(target_model, copy.with_present_values(fitting))
        _tell(rows, copy.stored.source)
        if error is not None:
            raise error

    def _values(self, copy: Copy, sources: Sequence[Optional[str]]) -> List[Any]:
        names = copy.naming.targets
        return [
            None if source is None else self._transform_weight(copy.stored.arrays[source], name, source)
            for name, source in zip(names, sources, strict=True)
        ]


def _tell(rows: Sequence[Row], source: str) -> None:
    log.info("Warm start from %s: %s\n%s", source, count_fates(rows), "\n".join(format_rows(rows)))
