# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Fingerprints of equal objects are equal in all processes, those of other objects differ."""

import os
import subprocess
import sys

import numpy as np
import pytest

from tfaip.data.pipeline.definitions import PipelineMode, Sample
from tfaip.util.multiprocessing.failure import TaskFailure
from tfaip.util.multiprocessing.stream.fingerprint import extended, fingerprint

VALUES = [
    1,
    2,
    1.5,
    "text",
    "Text",
    b"bytes",
    [1, 2],
    [2, 1],
    {1, 2, 3},
    {"a", "b", "c"},
    {"a": 1, "b": 2},
    {"a": 2, "b": 1},
    {"a": {"b": [1.0]}},
    np.float32(3),
    PipelineMode.TRAINING,
    np.zeros(3),
    np.zeros(3, "float32"),
    np.zeros((3, 1)),
    np.arange(12).reshape(3, 4).T,
    np.array(["a", "bc"]),
    np.array(["a", None], object),
    np.zeros(0),
    np.zeros(1 << 18),
    np.ones(1 << 18),
    Sample(inputs={"x": np.ones(2)}, meta={"i": 1}),
    Sample(inputs={"x": np.ones(2)}, meta={"i": 2}),
    Sample(targets={"x": np.ones(2)}, meta={"i": 1}),
]


def test_other_objects_have_other_fingerprints():
    assert len({fingerprint(value) for value in VALUES}) == len(VALUES)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_fingerprints_are_the_same_in_each_process(seed):
    script = "from test.util.multiprocessing.test_fingerprint import *\nprint(*map(fingerprint, VALUES))"
    env = {**os.environ, "PYTHONHASHSEED": seed}
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True).stdout
    assert output.split() == [str(fingerprint(value)) for value in VALUES]


def test_the_last_element_of_a_large_array_counts():
    array = np.zeros(1 << 18)
    before = fingerprint(array)
    array[-1] = 1
    assert fingerprint(array) != before


def test_texts_of_failures_do_not_count():
    assert fingerprint(TaskFailure(ValueError("at 0x1"))) == fingerprint(TaskFailure(ValueError("at 0x2")))


def test_the_order_of_a_sequence_counts():
    assert extended(extended(0, 1), 2) != extended(extended(0, 2), 1)
