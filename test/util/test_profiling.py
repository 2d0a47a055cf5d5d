# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Named scopes of wall-clock time."""

import pytest

from tfaip.util import profiling


@pytest.fixture(autouse=True)
def own_state(monkeypatch):
    monkeypatch.setattr(profiling, "_state", profiling._State())


def test_scopes_and_functions_are_added_up_when_switched_on():
    profiling.enable_profiling(True)
    profiling.format_profiling("{name} {calls}")

    @profiling.profile
    def work(n):
        return n + 1

    assert work(1) == 2
    for _ in range(3):
        with profiling.ProfileScope("scope"):
            pass
    lines = []
    profiling.print_profiling(lines.append)
    assert sorted(line.split(".")[-1] for line in lines) == ["scope 3", "work 1"]


def test_nothing_is_collected_and_functions_stay_as_they_are_when_switched_off():
    profiling.enable_profiling(False)

    def work():
        return 1

    assert profiling.profile(work) is work
    with profiling.ProfileScope("scope"):
        pass
    lines = []
    profiling.print_profiling(lines.append)
    assert lines == []


def test_the_environment_switches_it_on(monkeypatch):
    monkeypatch.setenv("TFAIP_PROFILING", "1")
    monkeypatch.setenv("TFAIP_PROFILING_FORMAT", "{name}")
    state = profiling._State()
    assert state.enabled
    assert state.format == "{name}"


def test_a_duration_is_known_during_and_after_the_context():
    with profiling.MeasureTime() as measured:
        during = measured.duration_till_now()
    assert 0 <= during <= measured.duration
