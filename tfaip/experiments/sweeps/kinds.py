# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the fields of the scenario make of the ranges: whole numbers or any."""

import dataclasses
from collections.abc import Mapping
from typing import List, Tuple

from tfaip.experiments.sweeps.mistakes import mistake_at
from tfaip.experiments.sweeps.notation import whole
from tfaip.experiments.sweeps.space import Range
from tfaip.experiments.sweeps.spec import Sweep, SweepParameter
from tfaip.params.cli.errors import Mistake
from tfaip.params.fieldtypes import TypeSpec
from tfaip.util.enum import StrEnum
from tfaip.util.errors import UserError


class NumberKind(StrEnum):
    """What numbers a field holds."""

    INT = "int"
    FLOAT = "float"
    ANY = "any"


def kind_of(spec: TypeSpec) -> NumberKind:
    """Return what numbers a field holds; of a field that may hold either, the file decides."""
    if spec.type is int:
        return NumberKind.INT
    return NumberKind.FLOAT if spec.type is float else NumberKind.ANY


def with_kinds(sweep: Sweep, kinds: Mapping[str, NumberKind]) -> Tuple[Sweep, List[Mistake]]:
    """Return the sweep with ranges of the numbers that the fields hold, and the mistakes in them.

    Args:
        sweep: The sweep.
        kinds: What numbers the fields hold, by the names of the parameters.
    """
    mistakes: List[Mistake] = []
    parameters = []
    for parameter in sweep.parameters:
        try:
            parameters.append(_with_kind(parameter, kinds.get(parameter.name, NumberKind.ANY)))
        except UserError as error:
            mistakes.append(mistake_at(error, parameter.entry, parameter.name))
    return dataclasses.replace(sweep, parameters=tuple(parameters)), mistakes


def _with_kind(parameter: SweepParameter, kind: NumberKind) -> SweepParameter:
    space = parameter.space
    if not isinstance(space, Range):
        return parameter
    numbers = [number for number in (space.low, space.high, space.step) if number is not None]
    if kind is NumberKind.INT or (kind is NumberKind.ANY and all(isinstance(number, int) for number in numbers)):
        return dataclasses.replace(parameter, space=whole(space))
    step = None if space.step is None else float(space.step)
    return dataclasses.replace(
        parameter, space=dataclasses.replace(space, low=float(space.low), high=float(space.high), step=step)
    )
