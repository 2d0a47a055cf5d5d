# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of a prediction."""

from dataclasses import dataclass, field

from dataclasses_json import dataclass_json
from paiargparse import pai_dataclass, pai_meta

import tfaip


@dataclass_json
@dataclass
class PredictorParams(tfaip.PredictorParams):
    silent: bool = field(default=True, metadata=pai_meta(mode="ignore"))


@pai_dataclass
@dataclass
class VoterParams:
    eps: float = field(default=1e-6, metadata=pai_meta(help="Added to all probabilities"))
