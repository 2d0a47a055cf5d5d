# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Waiting for an event, with a deadline that a loaded machine keeps, too."""

import time

DEADLINE = 60.0


def wait_for(condition, what="it", deadline=DEADLINE):
    """Return what the condition gives as soon as that is true."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"{what} has not happened"
        time.sleep(0.02)
