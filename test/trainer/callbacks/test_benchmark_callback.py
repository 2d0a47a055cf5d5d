# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The speed of a training is that of its steps: validation neither counts nor is shown as a copy of it."""

import pytest

from tfaip.trainer.callbacks.benchmark_callback import BenchmarkCallback


def test_steps_of_the_validation_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 2.0, 4.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    callback = BenchmarkCallback()
    callback.on_epoch_begin(0)
    for step in range(3):
        callback.on_train_batch_end(step)
        callback.on_test_batch_end(step)
    assert callback.results.n_batches == 3
    assert callback.results.total_time == 4.0
    assert callback.results.avg_time_per_batch == pytest.approx(4 / 3)
    # the next epoch starts again
    monkeypatch.setattr("time.perf_counter", lambda: 10.0)
    callback.on_epoch_begin(1)
    assert callback.results.n_batches == 0
    lines: list[str] = []
    callback.results.pretty_print(lines.append)
    # one set of columns, the one of the training
    assert lines[0].split() == ["number", "per", "second", "seconds", "each"]
