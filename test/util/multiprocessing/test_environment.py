# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The environment of new processes."""

import threading

from tfaip.util.multiprocessing import SAFE_PATH_VARIABLE, environment, safe_path

DEADLINE = 20


def test_a_worker_does_not_inherit_what_another_thread_sets_for_the_start_of_its_own(monkeypatch):
    monkeypatch.delenv(SAFE_PATH_VARIABLE, raising=False)
    copies = []
    with safe_path():
        assert SAFE_PATH_VARIABLE in environment()  # who starts the process sees it
        other = threading.Thread(target=lambda: copies.append(environment()), daemon=True)
        other.start()
        other.join(0.2)
        assert copies == []
    other.join(DEADLINE)
    assert SAFE_PATH_VARIABLE not in copies[0]
