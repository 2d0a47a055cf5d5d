# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The check that Keras 3 is used."""

import os

from tfaip.util.errors import UserError

LEGACY_VARIABLE = "TF_USE_LEGACY_KERAS"


def check_keras_3() -> None:
    """Refuse ``TF_USE_LEGACY_KERAS``, with which ``tf.keras`` would be Keras 2. Imports nothing.

    Raises:
        UserError: If the variable is set.
    """
    value = os.environ.get(LEGACY_VARIABLE, "")
    if value.strip().lower() in ("1", "true"):
        raise UserError(
            "tfaip runs on Keras 3 only.",
            where=f"environment variable {LEGACY_VARIABLE}",
            expected="not set, or 0",
            got=repr(value),
            hint=f"unset {LEGACY_VARIABLE}",
        )
