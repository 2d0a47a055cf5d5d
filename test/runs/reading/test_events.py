# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Event files are read as TensorFlow writes them, and damaged ones as far as they go."""

import io
import os
import struct
from pathlib import Path

import pytest

from test.runs.writing import write_events
from tfaip.runs.format.metrics import Level, Values
from tfaip.runs.reading.eventruns import read_events
from tfaip.runs.reading.events.scalars import Scalar, scalars

NAME = "events.out.tfevents.1.v2"


def test_numbers_are_read_as_tensorflow_writes_them(tmp_path: Path) -> None:
    import tensorflow as tf

    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        tf.summary.scalar("epoch_loss", 0.25, 3)
        tf.summary.scalar("double", tf.constant(0.5, tf.float64), 2**40)
        tf.summary.image("picture", tf.zeros([1, 400, 400, 3]), 1)
        tf.summary.text("text", "words", 1)
        tf.summary.histogram("histogram", tf.random.normal([1000]), 1)
        tf.summary.write("vector", tf.zeros([3]), 1)
        tf.summary.scalar("last", 7, 4)
    (name,) = os.listdir(tmp_path)
    with open(tmp_path / name, "rb") as file:
        found = list(scalars(file))
    assert [(entry.tag, entry.step, entry.value) for entry in found] == [
        ("epoch_loss", 3, 0.25),
        ("double", 2**40, 0.5),
        ("last", 4, 7.0),
    ]
    assert all(entry.t > 1.7e9 for entry in found)


def test_a_number_of_tensorflow_1_is_read() -> None:
    value = b"\x0a\x01a\x15" + struct.pack("<f", 1.5)
    summary = b"\x0a" + bytes([len(value)]) + value
    event = b"\x10\x05\x2a" + bytes([len(summary)]) + summary
    file = io.BytesIO(struct.pack("<QI", len(event), 0) + event + b"\0\0\0\0")
    assert list(scalars(file)) == [Scalar(0.0, 5, "a", 1.5)]


def test_folders_are_splits_and_newer_files_count(tmp_path: Path) -> None:
    write_events(tmp_path / "train" / NAME, [("epoch_loss", 0, 1.0), ("epoch_loss", 1, 2.0)])
    write_events(tmp_path / "train" / "events.out.tfevents.2", [("epoch_loss", 1, 0.5)])
    os.utime(tmp_path / "train" / NAME, (1, 1))
    write_events(tmp_path / "validation" / NAME, [("epoch_loss", 1, 3.0)])
    write_events(tmp_path / "lav_l2" / NAME, [("epoch_loss", 1, 4.0)])
    write_events(tmp_path / "other" / NAME, [("epoch_loss", 1, 5.0)])
    write_events(tmp_path / NAME, [("loss", 17, 6.0)])
    values = read_events(str(tmp_path))
    assert [(entry.split, entry.step, entry.m) for entry in values] == [
        ("train", 1, {"loss": 1.0}),
        ("lav2", 2, {"loss": 4.0}),
        ("train", 2, {"other/loss": 5.0, "loss": 0.5}),
        ("val", 2, {"loss": 3.0}),
        ("train", 17, {"loss": 6.0}),
    ]
    assert values[-1].level is Level.STEP


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path, cut: int) -> None:
    path = tmp_path / NAME
    write_events(path, [("epoch_loss", step, 1.0) for step in range(5)])
    os.truncate(path, path.stat().st_size - cut)
    values = read_events(str(tmp_path))
    assert [entry.step for entry in values] == list(range(1, len(values) + 1)) and len(values) < 5


def test_damaged_records_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / NAME
    write_events(path, [("epoch_a", 0, 1.0)])
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :] + whole)
        assert all(isinstance(entry, Values) for entry in read_events(str(tmp_path)))
