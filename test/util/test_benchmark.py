# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Counting batches and samples per second."""

import pytest

from tfaip.util.benchmark import BenchmarkResults


def test_batches_add_up():
    results = BenchmarkResults()
    results.finish_batch(4, 0.5)
    results.finish_batch(2, 1.5)
    assert (results.n_batches, results.n_samples, results.total_time) == (2, 6, 2.0)
    assert (results.batches_per_second, results.samples_per_second) == (1.0, 3.0)
    assert results.avg_time_per_batch == 1.0
    assert results.avg_time_per_sample == pytest.approx(1 / 3)


def test_the_duration_of_an_epoch_replaces_the_sum():
    results = BenchmarkResults(n_batches=2)
    results.finish_epoch(4.0, samples=8)
    assert results.samples_per_second == 2.0
    assert results.avg_time_per_batch == 2.0


def test_nothing_counted_prints_zeros():
    lines = []
    BenchmarkResults().pretty_print(lines.append)
    assert any(line.startswith("samples") for line in lines)
