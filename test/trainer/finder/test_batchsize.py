# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""``batch_size_find`` finds the largest batch that works, and does not try one that would fill the memory."""

import logging

import pytest
import tensorflow as tf

from test.trainer.test_trainer import small_params
from test.trainer.test_updates import assert_same, variables
from tfaip.trainer.finder.batchsize import find_batch_size, search
from tfaip.trainer.finder.memory import memory_for_this_process, peak_memory
from tfaip.util.errors import UserError
from waves.scenario import WaveScenario


class Machine:
    """Needs ``per_sample`` bytes a sample and 1000 more; fails above ``fails_above`` samples."""

    def __init__(self, per_sample: int = 10, fails_above: int = 10**9) -> None:
        self.per_sample, self.fails_above = per_sample, fails_above
        self.tried: list[int] = []
        self.most = 1000

    def run(self, size: int) -> None:
        self.tried.append(size)
        if size > self.fails_above:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM")
        self.most = max(self.most, 1000 + size * self.per_sample)

    def peak(self) -> int:
        return self.most


@pytest.mark.parametrize(("fits", "found"), [(100, 96), (64, 64), (127, 112), (15, 0)])
def test_sizes_between_the_last_that_fits_and_the_first_that_does_not_are_tried(fits: int, found: int) -> None:
    machine = Machine(fails_above=fits)
    result = search(machine.run, 16, 4096, None, machine.peak)
    assert result.size == found
    assert "does not fit" in result.reason


def test_a_size_that_would_need_too_much_is_not_tried() -> None:
    machine = Machine()
    result = search(machine.run, 16, 4096, 5000, machine.peak)
    # 0.9 * 5000 bytes hold 350 samples
    assert 256 <= result.size <= 350
    assert max(machine.tried) <= 350
    assert "expected to need more than 90% of the memory" in result.reason


def test_the_search_ends_at_the_largest_size() -> None:
    machine = Machine()
    result = search(machine.run, 16, 100, None, machine.peak)
    assert result.size == 100
    assert machine.tried == [16, 32, 64, 100]
    assert "memory is not what binds" in result.reason


def test_the_given_size_is_tried_even_if_it_is_larger_than_all_samples() -> None:
    machine = Machine()
    assert search(machine.run, 16, 10, None, machine.peak).size == 16
    assert machine.tried == [16]


def test_a_largest_size_below_the_given_one_is_refused() -> None:
    with pytest.raises(UserError, match=r"batch_size_find_max(.|\n)*16 \(train.batch_size\) or more"):
        WaveScenario.create_trainer(small_params(batch_size_find=True, batch_size_find_max=8)).train()


@pytest.mark.slow
def test_a_training_is_tried_and_taken_back(caplog: pytest.LogCaptureFixture) -> None:
    params = small_params(batch_size_find=True)
    trainer = WaveScenario.create_trainer(params)
    seen: list = []

    def look() -> dict:
        seen.append(variables(trainer))
        seen.append(find_batch_size(trainer))
        seen.append(variables(trainer))
        return {}

    trainer._search = look  # type: ignore[method-assign]
    with caplog.at_level(logging.INFO):
        assert trainer.train() == {}
    assert_same(seen[0], seen[2])
    assert seen[1].size == 100  # all samples
    assert "--train.batch_size 100" in caplog.text
    assert params.gen.setup.train.batch_size == 16


def test_batches_of_different_sizes_are_refused() -> None:
    params = small_params(batch_size_find=True)
    params.gen.setup.train.bucket_boundaries = [3]
    with pytest.raises(UserError, match="not the same for all batches"):
        WaveScenario.create_trainer(params).train()


def test_the_memory_is_known_on_linux() -> None:
    memory = memory_for_this_process()
    assert peak_memory() > 1 << 20
    assert memory is None or memory > 1 << 20
