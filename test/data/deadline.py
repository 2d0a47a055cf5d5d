# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Waiting for a result that may be an exception, but not for ever."""

import threading

DEADLINE = 60  # seconds; nothing takes more than one or two unless it hangs


def in_time(function, deadline=DEADLINE):
    """Return the result, or the exception; fail if neither comes in time."""
    answer = []

    def target():
        try:
            answer.append(function())
        except Exception as error:
            answer.append(error)

    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    thread.join(deadline)
    assert answer, "it hangs"
    return answer[0]
