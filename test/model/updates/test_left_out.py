# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An update that the scaling of the loss leaves out is none for the average of the weights, too."""

import keras
import numpy as np
import pytest

from tfaip.model.updates.average import DecayRule, WeightsAverage
from tfaip.model.updates.updates import WeightUpdates


@pytest.mark.parametrize("accum_steps", [1, 2])
def test_an_update_that_is_left_out_moves_no_average(accum_steps: int) -> None:
    variable = keras.Variable([1.0, 2.0], name="v")
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1.0), initial_scale=1.0)
    optimizer.build([variable])
    average = WeightsAverage({"v": variable}, DecayRule(0.5))
    updates = WeightUpdates(optimizer, [variable], accum_steps, average)

    def update(gradient: list[float]) -> list[float]:
        for _ in range(accum_steps):
            updates.add([keras.ops.convert_to_tensor(gradient)], 1)
        return average.averaged()["v"].numpy().tolist()

    assert update([1.0, 1.0]) == [0.5, 1.5]
    assert update([np.inf, 1.0]) == [0.5, 1.5]
    assert variable.numpy().tolist() == [0.0, 1.0]
    assert int(optimizer.iterations) == 1
    assert update([0.0, 0.0]) == [0.25, 1.25]
