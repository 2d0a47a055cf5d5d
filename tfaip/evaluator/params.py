# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Parameters of an evaluator."""

from dataclasses import dataclass

from paiargparse import pai_dataclass


@pai_dataclass
@dataclass
class EvaluatorParams:
    """Base class of the parameters of an evaluator; has no fields of its own."""
